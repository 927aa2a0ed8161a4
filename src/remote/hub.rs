//! Data sets on Hugging Face: `hf://datasets/owner/name/path`, `hf://datasets/owner/name@revision/path`.

use std::path::PathBuf;

use reqwest::Url;
use serde::Deserialize;

use super::fault::{Fault, Tries};
use super::web::Page;

/// A data set as an address names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DataSet<'a> {
    /// Owner and name.
    pub(super) name: &'a str,
    pub(super) revision: &'a str,
    /// What is named in it; empty for all.
    pub(super) path: &'a str,
}

impl<'a> DataSet<'a> {
    pub(super) fn of(address: &'a str) -> Option<DataSet<'a>> {
        let rest = address.split_once("://datasets/")?.1;
        let slash = rest.find('/')?;
        let end = rest[slash + 1..].find('/');
        let (named, path) = match end.map(|at| slash + 1 + at) {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, ""),
        };
        let (name, revision) = named.split_once('@').unwrap_or((named, "main"));
        let is_named = name.split('/').all(|part| !part.is_empty());
        is_named.then_some(DataSet {
            name,
            revision,
            path,
        })
    }
}

/// The files of a data set, all of one revision.
#[derive(Debug)]
pub(super) struct Files {
    base: String,
    revision: String,
    bearer: Option<String>,
    pub(super) names: Vec<String>,
}

#[derive(Deserialize)]
struct Told {
    sha: String,
    #[serde(default)]
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
}

/// Asks for the files of a data set.
pub(super) async fn files(name: String, revision: String) -> Result<Files, Fault> {
    let endpoint = std::env::var("HF_ENDPOINT")
        .ok()
        .filter(|it| !it.is_empty());
    let endpoint = endpoint.unwrap_or_else(|| "https://huggingface.co".to_owned());
    let endpoint = endpoint.trim_end_matches('/');
    let revision = revision.replace('/', "%2F");
    let page = Page {
        url: url(&format!(
            "{endpoint}/api/datasets/{name}/revision/{revision}"
        ))?,
        bearer: token(),
    };
    let mut tries = Tries::default();
    let told = loop {
        match page.text().await {
            Ok(told) => break told,
            Err(fault) => tries.after(fault).await?,
        }
    };
    let told: Told = serde_json::from_slice(&told)
        .map_err(|_| Fault::other("what is there is no list of a data set's files"))?;
    Ok(Files {
        base: format!("{endpoint}/datasets/{name}/resolve"),
        revision: told.sha,
        bearer: page.bearer,
        names: told.siblings.into_iter().map(|it| it.rfilename).collect(),
    })
}

impl Files {
    /// Where one of the files is.
    pub(super) fn page(&self, name: &str) -> Result<Page, Fault> {
        let mut url = url(&self.base)?;
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.push(&self.revision).extend(name.split('/'));
        }
        let bearer = self.bearer.clone();
        Ok(Page { url, bearer })
    }
}

fn url(text: &str) -> Result<Url, Fault> {
    Url::parse(text).map_err(Fault::other)
}

/// The token that the environment has, or the file that its own programs keep it in.
fn token() -> Option<String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty());
    if let Some(token) = variable("HF_TOKEN").or_else(|| variable("HUGGING_FACE_HUB_TOKEN")) {
        return Some(token);
    }
    let file = match (variable("HF_TOKEN_PATH"), variable("HF_HOME")) {
        (Some(file), _) => PathBuf::from(file),
        (None, Some(home)) => PathBuf::from(home).join("token"),
        (None, None) => std::env::home_dir()?.join(".cache/huggingface/token"),
    };
    let token = std::fs::read_to_string(file).ok()?;
    Some(token.trim().to_owned()).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_set_is_named_by_its_owner_its_name_and_what_is_in_it() {
        let of = |name, revision, path| {
            Some(DataSet {
                name,
                revision,
                path,
            })
        };
        for (address, expected) in [
            ("hf://datasets/a/b", of("a/b", "main", "")),
            ("hf://datasets/a/b/", of("a/b", "main", "")),
            (
                "hf://datasets/a/b@v1/c/*.parquet",
                of("a/b", "v1", "c/*.parquet"),
            ),
            ("hf://datasets/a", None),
            ("hf://datasets//b", None),
            ("hf://models/a/b", None),
        ] {
            assert_eq!(DataSet::of(address), expected, "{address}");
        }
    }
}
