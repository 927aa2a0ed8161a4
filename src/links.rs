//! Links: what somebody says of articles, whatever their texts say: that two tell the same story, or different ones.
//!
//! A file of links is CSV with the columns `a`, `b` and `link`: two `article_id`s, and `same` or `different`. It may have a
//! header. What links say together must be possible: where `a` and `b` tell the same story, and `b` and `c` do, `a` and `c` do
//! not tell different ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};

/// What is said of two articles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The `article_id`s of the two.
    pub a: String,
    /// See `a`.
    pub b: String,
    /// Whether they tell the same story; else they tell different ones.
    pub is_same: bool,
}

/// Links that do not contradict each other; a clone is the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    links: Arc<Vec<Link>>,
    /// Whether links that cannot be followed are passed over: of articles that are not there, or are one text.
    is_lenient: bool,
}

impl Links {
    /// Takes links that do not contradict each other.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`] names two articles that are said to tell the same story and different ones.
    pub fn new(mut links: Vec<Link>) -> Result<Links> {
        links.sort_unstable();
        links.dedup();
        let mut told = Together::default();
        for link in links.iter().filter(|link| link.is_same) {
            told.join(&link.a, &link.b);
        }
        for link in links.iter().filter(|link| !link.is_same) {
            if told.of(&link.a) == told.of(&link.b) {
                let by = match told.way(&links, &link.a, &link.b) {
                    way if way.is_empty() => String::new(),
                    way => format!(", by way of {}", way.join(", ")),
                };
                return Err(refused(
                    format!("{} and {}, which are different", link.a, link.b),
                    format!("of articles that are not said to tell the same story too{by}"),
                ));
            }
        }
        Ok(Links {
            links: Arc::new(links),
            is_lenient: false,
        })
    }

    /// Reads a file of links.
    ///
    /// # Errors
    ///
    /// When it cannot be read, a line is none of a link, and those of [`Links::new`].
    pub fn read(path: &Path) -> Result<Links> {
        let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
        let mut links = Vec::new();
        for (number, record) in (1u64..).zip(reader.records()) {
            let bad = |reason: &str| ErrorKind::BadRecord {
                input: path.display().to_string(),
                record: number,
                reason: reason.to_owned(),
            };
            let record = record.map_err(|error| bad(&error.to_string()))?;
            let cells: Vec<&str> = record.iter().collect();
            let is_header = number == 1 && cells[..2.min(cells.len())] == ["a", "b"];
            match cells[..] {
                [] | [""] => {}
                _ if is_header => {}
                [a, b, link @ ("same" | "different")] if !a.is_empty() && !b.is_empty() => {
                    links.push(Link {
                        a: a.to_owned(),
                        b: b.to_owned(),
                        is_same: link == "same",
                    });
                }
                _ => return Err(bad("a line of links is a,b,same or a,b,different").into()),
            }
        }
        Links::new(links)
    }

    /// The same, for whoever may not have all of the articles.
    pub(crate) fn lenient(links: Vec<Link>) -> Links {
        Links {
            links: Arc::new(links),
            is_lenient: true,
        }
    }

    /// Whether links that cannot be followed are passed over.
    pub(crate) fn is_lenient(&self) -> bool {
        self.is_lenient
    }

    /// The links, ascending.
    pub fn all(&self) -> &[Link] {
        &self.links
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }
}

/// What is wrong with links, and what they must be.
pub(crate) fn refused(value: String, expected: String) -> Error {
    ErrorKind::Setting {
        name: "--links",
        value,
        expected,
    }
    .into()
}

/// Articles that tell one story, by the first of them.
#[derive(Default)]
struct Together<'l>(BTreeMap<&'l str, &'l str>);

impl<'l> Together<'l> {
    fn of(&self, mut id: &'l str) -> &'l str {
        while let Some(&of) = self.0.get(id) {
            id = of;
        }
        id
    }

    fn join(&mut self, a: &'l str, b: &'l str) {
        let (a, b) = (self.of(a), self.of(b));
        if a != b {
            self.0.insert(a.max(b), a.min(b));
        }
    }

    /// The articles between two that are together, by the shortest way.
    fn way(&self, links: &'l [Link], from: &'l str, to: &'l str) -> Vec<String> {
        let mut before: BTreeMap<&str, &str> = BTreeMap::from([(from, from)]);
        let mut reached = vec![from];
        while !reached.is_empty() && !before.contains_key(to) {
            let mut next = Vec::new();
            for link in links.iter().filter(|link| link.is_same) {
                for (x, y) in [(&link.a, &link.b), (&link.b, &link.a)] {
                    if reached.contains(&x.as_str()) && !before.contains_key(y.as_str()) {
                        before.insert(y, x);
                        next.push(y.as_str());
                    }
                }
            }
            reached = next;
        }
        let mut way = Vec::new();
        let mut at = to;
        while let Some(&previous) = before
            .get(at)
            .filter(|&&previous| previous != from && previous != at)
        {
            way.push(previous.to_owned());
            at = previous;
        }
        way.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(a: &str, b: &str, is_same: bool) -> Link {
        Link {
            a: a.to_owned(),
            b: b.to_owned(),
            is_same,
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_name() {
        let links = vec![
            link("a", "b", true),
            link("c", "b", true),
            link("x", "y", false),
            link("a", "c", false),
        ];
        let error = Links::new(links).expect_err("it cannot be").to_string();
        assert!(
            error.contains("a and c") && error.contains("by way of b"),
            "{error}"
        );
        let alone = Links::new(vec![link("a", "a", false)]);
        assert!(alone.is_err());
    }

    #[test]
    fn what_can_be_is_taken_once() -> Result<()> {
        let links = Links::new(vec![
            link("a", "b", true),
            link("b", "c", false),
            link("a", "b", true),
        ])?;
        assert_eq!(links.all().len(), 2);
        Ok(())
    }
}
