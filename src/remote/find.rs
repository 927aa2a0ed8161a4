//! From an address to the objects that it names.

use std::path::{Path, PathBuf};

use futures_util::{StreamExt, TryStreamExt};
use glob::{MatchOptions, Pattern};
use object_store::ObjectStoreExt;
use reqwest::Url;

use super::bucket::{self, Address, Key, of_store, path_of, version_of};
use super::depot::ask;
use super::fault::Fault;
use super::fetch::{Place, Version};
use super::hub::{self, DataSet};
use super::web::Page;
use super::{Kind, address};
use crate::error::RemoteFault;

/// An object that was found.
pub(super) struct Target {
    /// Its address, without secrets.
    pub(super) name: String,
    pub(super) shard: PathBuf,
    pub(super) place: Place,
    pub(super) size: Option<u64>,
    pub(super) version: Version,
    pub(super) in_folder: bool,
}

/// So many are asked about at once.
const AT_ONCE: usize = 16;

/// An address as it may stand in messages.
pub(super) fn shown(name: &Path) -> PathBuf {
    let text = name.to_string_lossy();
    let is_web = super::kind_of(name) == Some(Kind::Web);
    match Url::parse(&text).ok().filter(|_| is_web) {
        Some(url) => PathBuf::from(address::shown(&url)),
        None => name.to_owned(),
    }
}

/// All objects that an address names, in the order that a folder of files with these names would have.
pub(super) async fn all(address: String, kind: Kind) -> Result<Vec<Target>, Fault> {
    let mut targets = match kind {
        Kind::Bucket => in_bucket(&address).await?,
        Kind::Web => vec![on_web(&address).await?],
        Kind::Hub => on_hub(&address).await?,
        Kind::Unknown => {
            let why = "an address of no kind that is known; fetch it first, or pipe it in as -";
            return Err(Fault::other(why));
        }
    };
    targets.sort_by(|one, other| one.shard.cmp(&other.shard));
    Ok(targets)
}

async fn on_web(address: &str) -> Result<Target, Fault> {
    let url = Url::parse(address).map_err(Fault::other)?;
    let name = address::shown(&url);
    let last = url.path_segments().and_then(|mut parts| parts.next_back());
    let last = last.filter(|last| !last.is_empty()).unwrap_or("index");
    let shard = PathBuf::from(unescaped(last));
    let place = Place::Web(Page { url, bearer: None });
    let (size, version) = ask(place.clone()).await?;
    Ok(Target {
        name,
        shard,
        place,
        size,
        version,
        in_folder: false,
    })
}

/// A part of an address with its `%20` and the like read, where that makes a name of a file.
fn unescaped(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, left @ ..] = rest {
        let code = left.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let code = code.and_then(|it| u8::from_str_radix(it, 16).ok());
        match code.filter(|code| *first == b'%' && *code != b'/' && *code != 0) {
            Some(code) => {
                bytes.push(code);
                rest = &left[2..];
            }
            None => {
                bytes.push(*first);
                rest = left;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}

async fn in_bucket(address: &str) -> Result<Vec<Target>, Fault> {
    let Address { bucket, key } = Address::of(address);
    let opened = bucket::open(bucket).await?;
    let bucket = match bucket.ends_with('/') {
        true => bucket.to_owned(),
        false => format!("{bucket}/"),
    };
    let target = |meta: object_store::ObjectMeta, below: usize, in_folder| {
        let key = meta.location.to_string();
        let last = key.rsplit('/').next().unwrap_or(&key);
        Target {
            name: format!("{bucket}{key}"),
            shard: PathBuf::from(if in_folder { &key[below..] } else { last }),
            size: Some(meta.size),
            version: version_of(&meta),
            place: Place::Bucket(Key {
                bucket: opened.clone(),
                path: meta.location,
            }),
            in_folder,
        }
    };
    // A name that has stars may be a name after all.
    if !key.is_empty() && !key.ends_with('/') {
        match opened.head(&path_of(key)?).await.map_err(of_store) {
            Ok(meta) => return Ok(vec![target(meta, 0, false)]),
            Err(Fault::Final(RemoteFault::Missing)) => {}
            Err(fault) => return Err(fault),
        }
    }
    let Search { folder, pattern } = Search::of(key)?;
    let prefix = path_of(&folder)?;
    let listed = opened.list(Some(&prefix)).map_err(of_store);
    let listed: Vec<_> = listed.try_collect().await?;
    let below = match folder.is_empty() {
        true => 0,
        false => folder.len() + 1,
    };
    let found: Vec<Target> = (listed.into_iter())
        .filter(|meta| is_wanted(meta.location.as_ref(), below, pattern.as_ref()))
        .map(|meta| target(meta, below, true))
        .collect();
    not_empty(found, pattern.is_some())
}

async fn on_hub(address: &str) -> Result<Vec<Target>, Fault> {
    let Some(set) = DataSet::of(address) else {
        let why = "of Hugging Face, data sets are read: hf://datasets/OWNER/NAME/PATH";
        return Err(Fault::other(why));
    };
    let files = hub::files(set.name.to_owned(), set.revision.to_owned()).await?;
    let base = address.len() - set.path.len();
    let base = address[..base].trim_end_matches('/');
    let is_file = files.names.iter().any(|name| name == set.path);
    let (below, pattern) = match is_file {
        true => (0, None),
        false => {
            let Search { folder, pattern } = Search::of(set.path)?;
            (
                if folder.is_empty() {
                    0
                } else {
                    folder.len() + 1
                },
                pattern,
            )
        }
    };
    let folder = set
        .path
        .get(..below)
        .unwrap_or(set.path)
        .trim_end_matches('/');
    let is_named = |name: &&String| match is_file {
        true => name.as_str() == set.path,
        false => {
            let is_below = below == 0
                || (name.starts_with(folder) && name.as_bytes().get(below - 1) == Some(&b'/'));
            is_below && is_wanted(name, below, pattern.as_ref())
        }
    };
    let target = |name: &String| {
        let last = name.rsplit('/').next().unwrap_or(name);
        Ok(Target {
            name: format!("{base}/{name}"),
            shard: PathBuf::from(if is_file { last } else { &name[below..] }),
            place: Place::Web(files.page(name)?),
            size: None,
            version: Version::default(),
            in_folder: !is_file,
        })
    };
    let named = files.names.iter().filter(is_named).map(target);
    let named: Vec<Target> = named.collect::<Result<_, Fault>>()?;
    let asked = futures_util::stream::iter(named).map(asked_about);
    let asked = asked.buffer_unordered(AT_ONCE);
    not_empty(asked.try_collect().await?, pattern.is_some())
}

/// The same with its size and its version.
async fn asked_about(target: Target) -> Result<Target, Fault> {
    let (size, version) = ask(target.place.clone()).await?;
    Ok(Target {
        size,
        version,
        ..target
    })
}

/// A folder to look in, and which of its files are wanted.
struct Search {
    /// Without a slash behind it.
    folder: String,
    pattern: Option<Pattern>,
}

impl Search {
    fn of(key: &str) -> Result<Search, Fault> {
        let is_wild = |part: &str| part.contains(['*', '?', '[']);
        if !is_wild(key) {
            let folder = key.trim_end_matches('/').to_owned();
            return Ok(Search {
                folder,
                pattern: None,
            });
        }
        let literal: Vec<&str> = key.split('/').take_while(|part| !is_wild(part)).collect();
        let folder = literal.join("/");
        let below = key[folder.len()..].trim_start_matches('/');
        let pattern = Pattern::new(below).map_err(|error| Fault::other(error.msg))?;
        Ok(Search {
            folder,
            pattern: Some(pattern),
        })
    }
}

/// Whether a key below a folder is wanted. As in a folder of files, what is hidden is not.
fn is_wanted(key: &str, below: usize, pattern: Option<&Pattern>) -> bool {
    let options = MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..MatchOptions::new()
    };
    let Some(rest) = key.get(below..).filter(|rest| !rest.is_empty()) else {
        return false;
    };
    match pattern {
        Some(pattern) => pattern.matches_with(rest, options),
        None => !rest.split('/').any(|part| part.starts_with('.')),
    }
}

fn not_empty(found: Vec<Target>, is_pattern: bool) -> Result<Vec<Target>, Fault> {
    match (found.is_empty(), is_pattern) {
        (false, _) => Ok(found),
        (true, true) => Err(Fault::other("nothing there matches")),
        (true, false) => Err(Fault::Final(RemoteFault::Missing)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_looked_for_in_the_folder_before_its_first_star() {
        for (key, folder, wanted, not) in [
            ("a/b/*.jsonl", "a/b", "a/b/x.jsonl", "a/b/c/x.jsonl"),
            ("a/**/*.jsonl", "a", "a/b/c/x.jsonl", "a/b/x.csv"),
            ("*.jsonl", "", "x.jsonl", "a/x.jsonl"),
            ("a/b/", "a/b", "a/b/c/x", "a/b/.x"),
            ("", "", "x", ".git/x"),
        ] {
            let search = Search::of(key).unwrap();
            assert_eq!(search.folder, folder);
            let below = if folder.is_empty() {
                0
            } else {
                folder.len() + 1
            };
            assert!(is_wanted(wanted, below, search.pattern.as_ref()), "{key}");
            assert!(!is_wanted(not, below, search.pattern.as_ref()), "{key}");
        }
    }

    #[test]
    fn names_on_the_web_become_names_of_files() {
        for (part, name) in [
            ("a%20b.jsonl", "a b.jsonl"),
            ("a%2Fb", "a%2Fb"),
            ("100%", "100%"),
            ("%ff", "%ff"),
        ] {
            assert_eq!(unescaped(part), name);
        }
    }
}
