//! Picking an article's fields out of a JSON object while it is parsed, and skipping the rest.
//!
//! Each key is looked at once: what it means is remembered, and the keys of a record are expected in the order of the
//! record before, so that for most keys one comparison is all.

use std::borrow::Cow;
use std::fmt;

use ahash::AHashMap;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Picked;
use super::fields::{FieldNames, Rank, Role};
use super::item::Item;

/// Beyond this many different keys, ones that mean nothing are no longer remembered.
const REMEMBERED: usize = 4096;

/// Picks the fields of one record after another.
pub(crate) struct Picker<'n> {
    names: &'n FieldNames,
    levels: Vec<Level>,
}

/// An object that may hold fields of an article: the record itself, or one inside it.
struct Level {
    /// What its paths begin with: nothing, or `article.`.
    prefix: String,
    keys: Vec<Key>,
    by_name: AHashMap<Box<str>, usize>,
    /// The keys of the record before, in its order.
    expected: Vec<usize>,
}

struct Key {
    name: Box<str>,
    field: Option<(Role, Rank)>,
    /// The level of the objects under this key, where they may hold fields.
    level: Option<usize>,
    used: u64,
    used_as_address: u64,
}

impl<'n> Picker<'n> {
    pub(crate) fn new(names: &'n FieldNames) -> Picker<'n> {
        let mut picker = Picker {
            names,
            levels: Vec::new(),
        };
        picker.add_level(String::new());
        picker
    }

    /// Picks the fields of the record that a deserializer is about to read.
    pub(crate) fn pick<'de, D: Deserializer<'de>>(
        &mut self,
        deserializer: D,
    ) -> Result<Picked<'de>, D::Error> {
        let mut picked = Picked::default();
        let object = Object {
            picker: self,
            picked: &mut picked,
            level: 0,
        };
        deserializer.deserialize_map(object)?;
        Ok(picked)
    }

    /// Notes which keys a record's fields were taken from.
    pub(crate) fn note_used(&mut self, picked: &Picked<'_>) {
        for (role, (level, key)) in picked.origins() {
            if let Some(key) = self
                .levels
                .get_mut(level)
                .and_then(|level| level.keys.get_mut(key))
            {
                // An address may stand where a name of an outlet should.
                match key.field {
                    Some((named, _)) if named != role => key.used_as_address += 1,
                    _ => key.used += 1,
                }
            }
        }
    }

    /// The fields that were taken, with how often.
    pub(crate) fn usage(&self) -> impl Iterator<Item = (Role, String, u64)> {
        self.levels.iter().flat_map(|level| {
            level.keys.iter().flat_map(|key| {
                let path = || format!("{}{}", level.prefix, key.name);
                let as_named = key.field.map(|(role, _)| (role, path(), key.used));
                let as_address = (Role::Url, path(), key.used_as_address);
                let both = as_named.into_iter().chain([as_address]);
                both.filter(|(.., used)| *used > 0)
            })
        })
    }

    /// The path to the field at an origin.
    pub(crate) fn path(&self, (level, key): (usize, usize)) -> Option<String> {
        let level = self.levels.get(level)?;
        let key = level.keys.get(key)?;
        Some(format!("{}{}", level.prefix, key.name))
    }

    /// The paths of all fields met so far, in the order they were met, and what each is in an article.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (String, Option<Role>)> {
        self.levels.iter().flat_map(|level| {
            level.keys.iter().map(|key| {
                let path = format!("{}{}", level.prefix, key.name);
                (path, key.field.map(|(role, _)| role))
            })
        })
    }

    fn add_level(&mut self, prefix: String) -> usize {
        self.levels.push(Level {
            prefix,
            keys: Vec::new(),
            by_name: AHashMap::new(),
            expected: Vec::new(),
        });
        self.levels.len() - 1
    }

    /// The key that a name is, at a level, expected at a position; `None` for one that means nothing.
    pub(in crate::corpus) fn key(
        &mut self,
        level: usize,
        position: usize,
        name: &str,
    ) -> Option<usize> {
        let here = &mut self.levels[level];
        if let Some(&expected) = here.expected.get(position)
            && *here.keys[expected].name == *name
        {
            return Some(expected);
        }
        let key = match here.by_name.get(name) {
            Some(&known) => known,
            None => self.meet(level, name)?,
        };
        let expected = &mut self.levels[level].expected;
        if position < expected.len() {
            expected[position] = key;
        } else if position == expected.len() {
            expected.push(key);
        }
        Some(key)
    }

    /// What a key of a level is in an article, and the level of the objects under it, where they may hold fields.
    pub(in crate::corpus) fn meaning(
        &self,
        level: usize,
        key: usize,
    ) -> (Option<(Role, Rank)>, Option<usize>) {
        let key = &self.levels[level].keys[key];
        (key.field, key.level)
    }

    fn meet(&mut self, level: usize, name: &str) -> Option<usize> {
        let path = format!("{}{name}", self.levels[level].prefix);
        let field = self.names.resolve(&path);
        let below = self.names.leads_into(&path);
        if field.is_none() && !below && self.levels[level].keys.len() >= REMEMBERED {
            return None;
        }
        let below = below.then(|| self.add_level(path + "."));
        let here = &mut self.levels[level];
        here.keys.push(Key {
            name: name.into(),
            field,
            level: below,
            used: 0,
            used_as_address: 0,
        });
        here.by_name.insert(name.into(), here.keys.len() - 1);
        Some(here.keys.len() - 1)
    }
}

/// Reads an object, key by key.
struct Object<'p, 'n, 'de> {
    picker: &'p mut Picker<'n>,
    picked: &'p mut Picked<'de>,
    level: usize,
}

impl<'de> Visitor<'de> for Object<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Object {
            picker,
            picked,
            level,
        } = self;
        let mut position = 0;
        while let Some(key) = map.next_key_seed(KeySeed {
            picker,
            level,
            position,
        })? {
            position += 1;
            let known = key.map(|key| (key, &picker.levels[level].keys[key]));
            match known {
                Some((
                    key,
                    Key {
                        field,
                        level: below,
                        ..
                    },
                )) if field.is_some() || below.is_some() => {
                    let (field, below) = (*field, *below);
                    let origin = (level, key);
                    map.next_value_seed(Value {
                        picker,
                        picked,
                        field,
                        below,
                        origin,
                    })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads a key.
struct KeySeed<'p, 'n> {
    picker: &'p mut Picker<'n>,
    level: usize,
    position: usize,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_, '_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.picker.key(self.level, self.position, name))
    }
}

/// Reads the value of a key that means something.
struct Value<'p, 'n, 'de> {
    picker: &'p mut Picker<'n>,
    picked: &'p mut Picked<'de>,
    field: Option<(Role, Rank)>,
    below: Option<usize>,
    origin: (usize, usize),
}

impl<'de> Value<'_, '_, 'de> {
    fn offer(self, value: Cow<'de, str>) {
        if let Some((role, rank)) = self.field {
            self.picked.offer(role, rank, self.origin, value);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<(), E> {
        self.offer(Cow::Borrowed(value));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.offer(Cow::Owned(value.to_owned()));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.offer(Cow::Owned(value.to_string()));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.offer(Cow::Owned(value.to_string()));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.offer(Cow::Owned(value.to_string()));
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    /// A list of paragraphs is a text; of a list of anything else, the first string counts.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let is_text = matches!(self.field, Some((Role::Text, _)));
        let mut joined: Option<String> = None;
        while let Some(item) = seq.next_element_seed(Item { is_text })? {
            let Some(item) = item else { continue };
            match &mut joined {
                None => joined = Some(item.into_owned()),
                Some(joined) if is_text => {
                    joined.push('\n');
                    joined.push_str(&item);
                }
                Some(_) => {}
            }
        }
        if let Some(joined) = joined {
            self.offer(Cow::Owned(joined));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        match self.below {
            Some(level) => Object {
                picker: self.picker,
                picked: self.picked,
                level,
            }
            .visit_map(map),
            None => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(())
            }
        }
    }
}
