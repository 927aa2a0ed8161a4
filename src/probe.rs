//! Probes: readers given any bytes, each held against what must be true of them whatever the bytes are.
//!
//! They are what `fuzz/` feeds, and the property tests here. A probe panics where something is not so.

use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::corpus::{Article, Corpus, FileCorpus, Place, canonical_address, parse_date};
use crate::names;
use crate::products::dedup::{OnePer, read_rows};
use crate::products::state::State;

/// What was read at a place: a hash of an article, or why there is none.
type Read = (Place, Result<u64, String>);

/// Reads a file of some name with these bytes, twice and in other ways: every record is an article, a reject, or stands beside
/// the articles, once, and always the same.
pub fn file(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("there is a place for files");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("files can be written");
    let builder = FileCorpus::builder().max_record(1 << 16);
    let Ok(corpus) = builder.open(&[&path]) else {
        return;
    };
    let Some((first, beside)) = sweep(&corpus) else {
        return;
    };
    let places: BTreeSet<Place> = first.iter().map(|read| read.0).collect();
    assert_eq!(places.len(), first.len(), "a record came twice");
    let last = places.last().map_or(0, |place| place.record);
    assert!(last <= first.len() as u64 + beside, "a record is missing");
    assert!(last + beside >= first.len() as u64, "a record too many");
    let again = sweep(&corpus).map(|again| again.0);
    assert_eq!(again.as_ref(), Some(&first), "it was read otherwise");
    let texts = Mutex::new(0);
    let swept = corpus.sweep_texts(&|batch| {
        *texts.lock().expect("nobody panics") += batch.articles.len();
        Ok(())
    });
    let articles = first.iter().filter(|read| read.1.is_ok()).count();
    assert!(swept.is_ok() && texts.into_inner().ok() == Some(articles));
}

/// What a sweep meets in the order of places, and how many records stand beside; `None` where the input ends in an error.
fn sweep(corpus: &FileCorpus) -> Option<(Vec<Read>, u64)> {
    let read: Mutex<Vec<Read>> = Mutex::default();
    let report = corpus.sweep(&|batch| {
        let mut read = read.lock().expect("nobody panics");
        let hash = |it: &Article<'_>| crate::kernel::mix(it.record_hash ^ it.text.len() as u64);
        read.extend(batch.articles.iter().map(|it| (it.place, Ok(hash(it)))));
        read.extend(
            batch
                .rejects
                .iter()
                .map(|it| (it.place, Err(it.reason.to_string()))),
        );
        Ok(())
    });
    let mut read = read.into_inner().expect("nobody panics");
    read.sort();
    Some((read, report.ok()?.beside))
}

/// Reads a line of JSON in all ways there are: whoever reads it, reads the same.
pub fn json_line(line: &str) {
    crate::corpus::probe_json(line);
}

/// Reads a date: what is one is one again when it is written down.
pub fn date(text: &str) {
    if let Some(moment) = parse_date(text)
        && let Ok(written) = jiff::Timestamp::from_second(moment.0)
        && (0..=4_102_444_800).contains(&moment.0)
    {
        assert_eq!(parse_date(&written.to_string()), Some(moment), "{written}");
    }
}

/// Brings an address into its one form: that is its own, whatever the scheme.
pub fn address(text: &str) {
    let once = canonical_address(text);
    if let Some(once) = &once {
        let again = canonical_address(&format!("https://{once}"));
        assert_eq!(again.as_ref(), Some(once), "{text}");
    }
}

/// Takes all that a page says, in one pass.
#[cfg(feature = "html")]
pub fn page(html: &str) {
    crate::corpus::probe_page(html);
}

/// Writes a name and reads it again.
pub fn name(bytes: &[u8]) {
    let line = String::from_utf8_lossy(bytes);
    if let Some(name) = names::read(&line) {
        assert_eq!(names::read(&names::written(&name)), Some(name));
    }
}

/// Reads a clusters table: it is one that says nothing that cannot be, or it is refused.
pub fn table(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("there is a place for files");
    let path = folder.path().join("clusters.csv");
    std::fs::write(&path, bytes).expect("files can be written");
    let inputs = ["dump.jsonl".to_owned()];
    let (mut rows, mut kept) = (0, 0);
    let read = read_rows(&path, &inputs, &mut |_, _, row| {
        rows += 1;
        kept += u32::from(OnePer::Copy.stands(row));
        Ok(())
    });
    assert!(
        read.is_err() || rows == 0 || kept > 0,
        "nobody stands for anybody"
    );
}

/// Opens a state with these bytes, and asks for all it has.
pub fn state(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("there is a place for files");
    std::fs::write(folder.path().join("state"), bytes).expect("files can be written");
    State::probe(folder.path());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Changes some bytes, repeats and drops some.
    fn changed(seed: &[u8], changes: &[(usize, u8, u8)]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for &(at, kind, byte) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at % bytes.len();
            match kind % 6 {
                0 => bytes[at] = byte,
                1 => bytes[at] ^= 1 << (byte % 8),
                2 => bytes.insert(at, byte),
                3 => drop(bytes.remove(at)),
                4 => bytes.truncate(at),
                _ => {
                    let end = (at + usize::from(byte)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        bytes
    }

    fn changes() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
        prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 0..6)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("memory can be written");
        encoder.finish().expect("memory can be written")
    }

    fn seeds() -> Vec<(&'static str, Vec<u8>)> {
        let lines = include_bytes!("probe/seeds/lines.jsonl").to_vec();
        let csv = include_bytes!("probe/seeds/table.csv").to_vec();
        let warc = include_bytes!("probe/seeds/crawl.warc").to_vec();
        let page = include_bytes!("probe/seeds/page.html").to_vec();
        let members = warc
            .split_inclusive(|byte| *byte == b'~')
            .flat_map(gzip)
            .collect();
        vec![
            ("lines.jsonl.gz", gzip(&lines)),
            ("lines.jsonl", lines),
            ("table.csv", csv),
            ("crawl.warc.gz", members),
            ("crawl.warc", warc),
            ("page.html", page),
        ]
    }

    #[test]
    fn addresses_that_had_two_forms_have_one() {
        let found = include_str!("probe/seeds/addresses.txt");
        found.lines().for_each(address);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn any_file_is_read_whole_and_the_same_each_time(which in 0usize..6, changes in changes()) {
            let (name, seed) = &seeds()[which];
            file(name, &changed(seed, &changes));
        }

        #[test]
        fn any_line_is_read_alike(changes in changes()) {
            let seed = include_bytes!("probe/seeds/lines.jsonl");
            let bytes = changed(seed, &changes);
            String::from_utf8_lossy(&bytes).lines().for_each(json_line);
        }

        #[test]
        fn any_date_is_one_or_none(text in "[0-9TZ:+./ -]{0,30}|[A-Z][a-z]{2} [0-9]{1,2},? [0-9]{4}") {
            date(&text);
        }

        #[test]
        fn any_address_has_one_form(text in "(https?://)?[a-zA-Z0-9.@:/?&=#%é-]{0,60}") {
            address(&text);
        }

        #[test]
        fn any_table_is_refused_or_makes_sense(changes in changes()) {
            let seed = include_bytes!("probe/seeds/clusters.csv");
            table(&changed(seed, &changes));
        }

        #[test]
        fn any_bytes_are_a_state_or_none(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            state(&bytes);
        }

        #[test]
        fn any_name_is_read_again(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            name(&bytes);
        }
    }
}
