//! Where in an object its text stands, for whoever writes another in its place.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lines;
use crate::corpus::formats::reader::spliced;
use crate::corpus::record::fields::Role;
use crate::corpus::record::pick::Picker;
use crate::corpus::record::repair;

/// An object with another text; `None` where the place of its text is not known.
pub(super) fn with_text(raw: &[u8], text: &str, picker: &mut Picker<'_>) -> Option<Vec<u8>> {
    let origin = {
        let line = lines::read(raw, picker).ok()?;
        line.picked.origin(Role::Text)?
    };
    let path = picker.path(origin)?;
    // What had to be mended to be read is written mended.
    let line = match std::str::from_utf8(raw) {
        Ok(line) if serde_json::from_str::<&RawValue>(line).is_ok() => Cow::Borrowed(line),
        _ => Cow::Owned(repair::json(raw).0),
    };
    let place = value_at(&line, &path)?;
    let value = if line[place.clone()].starts_with('[') {
        serde_json::to_string(&text.split('\n').collect::<Vec<_>>()).ok()?
    } else {
        serde_json::to_string(text).ok()?
    };
    Some(spliced(line.as_bytes(), place, value.as_bytes()))
}

/// Where in an object the value at a path stands. A key may itself have dots.
fn value_at(json: &str, path: &str) -> Option<Range<usize>> {
    let object: Object<'_> = serde_json::from_str(json).ok()?;
    // Of two values of one key, the later one counts.
    for (key, value) in object.0.iter().rev() {
        let rest = match path.strip_prefix(key.as_str()) {
            Some("") => None,
            Some(rest) if rest.starts_with('.') => Some(&rest[1..]),
            _ => continue,
        };
        let value = value.get();
        let start = value.as_ptr() as usize - json.as_ptr() as usize;
        match rest.map(|rest| value_at(value, rest)) {
            None => return Some(start..start + value.len()),
            Some(Some(inside)) => return Some(start + inside.start..start + inside.end),
            Some(None) => {}
        }
    }
    None
}

/// Hands on the keys of a record and its values as they are written; `None` where it is no object.
///
/// What has to be mended to be read is handed on mended.
pub(crate) fn entries<T>(
    record: &[u8],
    visit: impl FnOnce(Vec<(String, &RawValue)>) -> T,
) -> Option<T> {
    let sound = std::str::from_utf8(record).ok();
    if let Some(Object(entries)) = sound.and_then(|line| serde_json::from_str(line).ok()) {
        return Some(visit(entries));
    }
    let (mended, _) = repair::json(record);
    let Object(entries) = serde_json::from_str(&mended).ok()?;
    Some(visit(entries))
}

/// The keys of an object and its values as they are written.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
            entries.push((key, value));
        }
        Ok(Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::value_at;

    #[test]
    fn a_value_is_found_inside_objects_and_under_keys_with_dots() {
        let json = r#"{"a":"x","n":{"b":[1,2], "text" : "y"},"n.text":"z","a":"w"}"#;
        let at = |path| value_at(json, path).map(|place| &json[place]);
        assert_eq!(at("a"), Some("\"w\""));
        assert_eq!(at("n.b"), Some("[1,2]"));
        assert_eq!(at("n.text"), Some("\"z\""));
        assert_eq!(at("n.c"), None);
    }
}
