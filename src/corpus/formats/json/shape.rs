//! Which shape a JSON document has: where in it the records with a text are.

use std::collections::BTreeMap;

use super::lines;
use super::root::{Root, Step};
use super::scan::{Passing, blank};
use crate::corpus::record::fields::{FieldNames, Role};
use crate::corpus::record::pick::Picker;

/// How much of a document is looked at.
pub(crate) const LOOKED_AT: usize = 16 << 20;

/// How many objects of a document are looked at, and how many items of one array.
const OBJECTS: usize = 10_000;
const ITEMS: usize = 64;

/// Records do not stand deeper than this, and no deeper in lists.
const DEEPEST: usize = 6;

/// What a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Objects that are records, where this leads.
    Records(Root),
    /// An object of columns, each an object of values by row: what pandas writes.
    Columns,
}

/// Finds the shape of a document from its beginning.
///
/// Of all places where objects stand, the outermost whose objects mostly have a text of their own holds the records; else
/// the one with most text. Without any text, the top-level values are the records.
pub(crate) fn find(bytes: &[u8], names: &FieldNames) -> Shape {
    let mut look = Look {
        picker: Picker::new(names),
        places: BTreeMap::new(),
        objects: 0,
        lists: 0,
    };
    look.items(bytes, &mut Vec::new(), usize::MAX);
    let best = look.best();
    if best.len() == 0 && look.has_no_text() && is_columns(bytes) {
        return Shape::Columns;
    }
    Shape::Records(best)
}

/// What the objects of one place are.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    objects: u64,
    /// Those that have a text that is no summary.
    outright: u64,
    /// Those that have any text, and something that makes an article of it.
    articles: u64,
    /// Those that have a title and something more.
    titled: u64,
    bytes: u64,
}

impl Place {
    fn are_mostly(&self, count: u64) -> bool {
        self.objects > 0 && count * 2 >= self.objects
    }
}

struct Look<'n> {
    picker: Picker<'n>,
    places: BTreeMap<Vec<Step>, Place>,
    objects: usize,
    /// How many lists are open.
    lists: usize,
}

impl Look<'_> {
    fn has_no_text(&self) -> bool {
        self.places
            .values()
            .all(|place| place.articles == 0 && place.outright == 0)
    }

    fn best(&self) -> Root {
        let top = self.places.get(&[][..]).copied().unwrap_or_default();
        if top.are_mostly(top.outright) {
            return Root::default();
        }
        let inner = || self.places.iter().filter(|(steps, _)| !steps.is_empty());
        // Of places with as much text, the outermost is that of the records, and one key says more than any.
        let order = |(steps, bytes): (&Vec<Step>, u64)| {
            let keyed = steps.iter().filter(|step| **step == Step::Any).count();
            (bytes, usize::MAX - steps.len(), usize::MAX - keyed)
        };
        // What has a title of its own is no envelope of things without, such as comments.
        let is_titled = top.are_mostly(top.titled);
        let with_text = inner()
            .filter(|(_, place)| !is_titled || place.are_mostly(place.titled))
            .filter(|(_, place)| place.are_mostly(place.articles) && place.bytes > top.bytes)
            .max_by_key(|(steps, place)| order((steps, place.bytes)));
        let with_title = || {
            let is_titled = |place: &Place| place.are_mostly(place.titled);
            let others = inner().filter(|(_, place)| is_titled(place));
            let found = others.max_by_key(|(steps, place)| order((steps, place.titled)));
            found.filter(|_| top.articles == 0 && !is_titled(&top))
        };
        let best = with_text.or_else(with_title);
        best.map_or_else(Root::default, |(steps, _)| Root::of(steps.clone()))
    }

    /// Looks at the values that stand one behind another in some bytes, up to a closing bracket.
    fn items(&mut self, bytes: &[u8], steps: &mut Vec<Step>, most: usize) {
        let mut at = 0;
        for _ in 0..most {
            at += blank(&bytes[at..]);
            let Some(byte) = bytes.get(at) else { return };
            if matches!(byte, b']' | b'}') || self.objects >= OBJECTS {
                return;
            }
            let length = self.value(&bytes[at..], steps);
            let Some(length) = length else { return };
            at += length.max(1);
        }
    }

    /// Looks at the value that begins some bytes; says where it ends, if it does.
    fn value(&mut self, bytes: &[u8], steps: &mut Vec<Step>) -> Option<usize> {
        let end = Passing::default().end(bytes);
        let value = &bytes[..end.unwrap_or(bytes.len())];
        match value.first() {
            Some(b'[') if self.lists < DEEPEST => {
                self.lists += 1;
                self.items(&value[1..], steps, ITEMS);
                self.lists -= 1;
            }
            Some(b'{') if steps.len() < DEEPEST => self.object(value, end.is_some(), steps),
            _ => {}
        }
        end
    }

    fn object(&mut self, object: &[u8], is_whole: bool, steps: &mut Vec<Step>) {
        self.objects += 1;
        if is_whole {
            self.note(object, steps.clone());
        }
        let mut at = 1;
        loop {
            at += blank(&object[at..]);
            if object.get(at) != Some(&b'"') {
                return;
            }
            let Some(key) = Passing::default().end(&object[at..]) else {
                return;
            };
            let name = String::from_utf8_lossy(&object[at + 1..at + key - 1]).into_owned();
            at += key;
            at += blank(&object[at..]);
            if object.get(at) != Some(&b':') {
                return;
            }
            at += 1 + blank(&object[at + 1..]);
            let value = &object[at..];
            steps.push(Step::Key(name.into()));
            let end = self.value(value, steps);
            steps.pop();
            let Some(end) = end else { return };
            if value.first() == Some(&b'{') && !steps.contains(&Step::Any) {
                let steps = steps.iter().cloned().chain([Step::Any]).collect();
                self.note(&value[..end], steps);
            }
            at += end;
        }
    }

    fn note(&mut self, object: &[u8], steps: Vec<Step>) {
        let Ok(line) = lines::read(object, &mut self.picker) else {
            return;
        };
        let has = |role| line.picked.origin(role).is_some();
        let has_more = [Role::Url, Role::Date, Role::Id, Role::Source].map(has);
        let text = line.picked.length(Role::Text);
        let has_more = has_more.contains(&true);
        let place = self.places.entry(steps).or_default();
        place.objects += 1;
        place.bytes += text as u64;
        let is_text = text > 0;
        place.outright += u64::from(is_text && !line.picked.is_summary());
        place.articles += u64::from(is_text && (has_more || has(Role::Title)));
        place.titled += u64::from(has(Role::Title) && has_more);
    }
}

/// Whether a document is an object of columns: objects of single values by the same keys.
fn is_columns(bytes: &[u8]) -> bool {
    let first_key = |column: &[u8]| {
        let inside = column.strip_prefix(b"{")?;
        let inside = &inside[blank(inside)..];
        let end = Passing::default().end(inside)?;
        let after = inside[end..].trim_ascii_start().strip_prefix(b":")?;
        let is_single = !matches!(after.trim_ascii_start().first(), None | Some(b'{' | b'['));
        (inside.starts_with(b"\"") && is_single).then(|| inside[..end].to_vec())
    };
    let start = blank(bytes);
    let Some(mut rest) = bytes[start..].strip_prefix(b"{") else {
        return false;
    };
    let mut keys = Vec::new();
    for _ in 0..2 {
        rest = &rest[blank(rest)..];
        let Some(name) = Passing::default().end(rest) else {
            break;
        };
        let Some(after) = rest[name..].trim_ascii_start().strip_prefix(b":") else {
            return false;
        };
        let column = after.trim_ascii_start();
        match first_key(column) {
            Some(key) => keys.push(key),
            None => return false,
        }
        match Passing::default().end(column) {
            Some(end) => rest = &column[end..],
            None => break,
        }
    }
    match &keys[..] {
        [first, second] => first == second,
        [first] => first == b"\"0\"",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(document: &str) -> String {
        match find(document.as_bytes(), &FieldNames::default()) {
            Shape::Records(root) => root.to_string(),
            Shape::Columns => "columns".to_owned(),
        }
    }

    #[test]
    fn records_are_where_the_texts_are() {
        for (document, expected) in [
            (
                r#"{"title":"T","text":"a b c","n":[{"text":"more text than that","id":1}]}"#,
                "",
            ),
            (r#"[{"title":"T","text":"a"},{"title":"U","text":"b"}]"#, ""),
            (
                r#"{"status":"ok","articles":[{"title":"T","content":"a"}]}"#,
                "articles",
            ),
            (
                r#"{"articles":{"page":1,"results":[{"uri":"1","body":"a b"}],"facets":[{"title":"x","url":"y"}]}}"#,
                "articles.results",
            ),
            (
                r#"{"hits":{"total":2,"hits":[{"_id":"1","_source":{"title":"T","text":"a"}}]}}"#,
                "hits.hits",
            ),
            (
                r#"{"version":"1","title":"Feed","items":[{"id":"1","content_text":"a b"}]}"#,
                "items",
            ),
            (
                r#"{"one":{"title":"T","text":"a"},"two":{"title":"U","text":"b"}}"#,
                "*",
            ),
            (
                r#"{"data":[{"headline":"H","url":"http://a.example/1"}]}"#,
                "data",
            ),
            (
                r#"{"id":3,"title":"T","paragraphs":[{"type":"p","text":"a"}]}"#,
                "",
            ),
            (
                r#"{"id":3,"title":"T","comments":[{"id":4,"body":"a b c"}]}"#,
                "",
            ),
            (
                r#"{"title":{"0":"T","1":"U"},"text":{"0":"a","1":"b"}}"#,
                "columns",
            ),
            (r#"{"a":1}"#, ""),
            ("", ""),
        ] {
            assert_eq!(shape(document), expected, "{document}");
        }
    }
}
