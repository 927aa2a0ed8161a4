//! What lies elsewhere: in buckets (S3, Google, Azure), on the web, on Hugging Face.
//!
//! What is read is kept in one temporary file without a name as it comes in, each byte once: a run sweeps its inputs again
//! and again, and would fetch them as often. Of Parquet only the columns come that are read. All bytes of an object are of
//! one version of it; that it changes meanwhile is an error.

mod address;
#[cfg(feature = "remote")]
mod bucket;
#[cfg(feature = "remote")]
mod depot;
#[cfg(feature = "remote")]
mod fault;
#[cfg(feature = "remote")]
mod fetch;
#[cfg(feature = "remote")]
mod find;
#[cfg(feature = "remote")]
mod hub;
#[cfg(feature = "remote")]
mod object;
#[cfg(not(feature = "remote"))]
mod off;
#[cfg(feature = "remote")]
mod upload;
#[cfg(feature = "remote")]
mod wait;
#[cfg(feature = "remote")]
mod web;

pub(crate) use address::{Kind, kind_of};
#[cfg(feature = "remote")]
pub(crate) use depot::Depot;
#[cfg(feature = "remote")]
pub(crate) use object::Object;
#[cfg(not(feature = "remote"))]
pub(crate) use off::{Depot, Object, Upload, first_below, heed};
#[cfg(feature = "remote")]
pub(crate) use upload::{Upload, first_below, heed};
