//! The steps from a text to its numbers, for whoever has a pipeline of their own.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use samestory::config::Config;
use samestory::corpus::Article;
use samestory::kernel::{Overlap, Signer};
use samestory::stages::fingerprint::Shingler;

/// The shingles of a text, ascending and each once.
fn set(text: &str, tokens: usize) -> PyResult<Vec<u64>> {
    let config = Config {
        shingle_tokens: tokens,
        ..Config::default()
    };
    config
        .check()
        .map_err(|_| PyValueError::new_err("shingle_tokens must be from 1 to 64"))?;
    let article = Article {
        text: text.into(),
        ..Article::default()
    };
    let mut shingler = Shingler::default();
    let whole = std::slice::from_ref(&(0..text.len())).to_vec();
    Ok(shingler.sorted_shingles(&article, &whole, tokens).to_vec())
}

/// How alike two texts are: their Jaccard similarity, containment, shared shingles, and the shingles of each.
#[pyfunction]
pub(crate) fn similarity(
    py: Python<'_>,
    a: &str,
    b: &str,
    shingle_tokens: usize,
) -> PyResult<(f64, f64, u32, u32, u32)> {
    py.detach(|| {
        let overlap = Overlap::of(&set(a, shingle_tokens)?, &set(b, shingle_tokens)?);
        let share = |millionths: u32| f64::from(millionths) / 1e6;
        let (jaccard, containment) = (overlap.jaccard(), overlap.containment());
        let sizes = overlap.sizes;
        Ok((
            share(jaccard.0),
            share(containment.0),
            overlap.shared,
            sizes.0,
            sizes.1,
        ))
    })
}

/// The shingles of a text, as numbers of 64 bits in the machine's order.
#[pyfunction]
pub(crate) fn shingles<'py>(
    py: Python<'py>,
    text: &str,
    shingle_tokens: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    let shingles = py.detach(|| set(text, shingle_tokens))?;
    let bytes: Vec<u8> = shingles
        .iter()
        .flat_map(|shingle| shingle.to_ne_bytes())
        .collect();
    Ok(PyBytes::new(py, &bytes))
}

/// The signature of a text, as numbers of 32 bits in the machine's order; `None` for a text without shingles.
#[pyfunction]
pub(crate) fn signature<'py>(
    py: Python<'py>,
    text: &str,
    num_hashes: usize,
    shingle_tokens: usize,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let config = Config {
        num_hashes,
        ..Config::default()
    };
    config
        .check()
        .map_err(|_| PyValueError::new_err("num_hashes must be from 16 to 4096"))?;
    let signed = py.detach(|| {
        let set = set(text, shingle_tokens)?;
        let mut signature = Vec::new();
        let is_signed = Signer::new(num_hashes).sign(&set, &mut signature);
        PyResult::Ok(is_signed.then_some(signature))
    })?;
    let bytes = |signature: Vec<u32>| -> Vec<u8> {
        signature
            .iter()
            .flat_map(|value| value.to_ne_bytes())
            .collect()
    };
    Ok(signed.map(|signature| PyBytes::new(py, &bytes(signature))))
}
