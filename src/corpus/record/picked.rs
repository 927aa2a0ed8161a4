//! The fields of one record, as they are found.

use std::borrow::Cow;

use super::fields::{self, Rank, Role};

/// An address under the name of something else is worse than one that is called an address.
const WORSE: Rank = 3000;

/// The fields of one record: for each role the best-named field that holds anything.
///
/// Of several texts of one kind, the best-named counts unless another is longer by a quarter: some records hold the beginning
/// of a text under one name and all of it under another. A text that shows where it was cut off gives way to a longer summary.
#[derive(Default)]
pub(crate) struct Picked<'a> {
    fields: [Option<Field<'a>>; Role::ALL.len()],
    /// The longest of the texts that are not the best-named.
    other: Option<Box<Field<'a>>>,
}

struct Field<'a> {
    /// What the field is, by its name.
    role: Role,
    rank: Rank,
    origin: (usize, usize),
    value: Cow<'a, str>,
}

impl<'a> Field<'a> {
    /// How much of a text it is. Half of a page and more is markup.
    fn weight(&self) -> usize {
        match self.value.trim_start().starts_with('<') {
            true => self.value.len() / 4,
            false => self.value.len(),
        }
    }

    /// Whether it is to be taken in the place of a text of better name.
    fn outweighs(&self, named: &Field<'_>) -> bool {
        let is_longer = named.weight() * 5 < self.weight() * 4;
        is_longer
            && (fields::kind(self.rank) == fields::kind(named.rank) || is_cut_off(&named.value))
    }
}

/// Whether a text ends in dots, with or without a note in brackets of how much is left out.
fn is_cut_off(text: &str) -> bool {
    const LONGEST_NOTE: usize = 24;
    let has_dots = |text: &str| text.ends_with('…') || text.ends_with("...");
    let text = text.trim_end();
    let note = text
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once('['))
        .filter(|(_, note)| note.len() <= LONGEST_NOTE);
    match note {
        Some((before, note)) => has_dots(before.trim_end()) || has_dots(note.trim()),
        None => has_dots(text),
    }
}

impl<'a> Picked<'a> {
    /// Takes a value for a role, unless it is blank or a better-named field has been taken.
    ///
    /// `origin` says where it came from: a level and a key for JSON, a column for CSV.
    #[inline]
    pub(crate) fn offer(
        &mut self,
        role: Role,
        rank: Rank,
        origin: (usize, usize),
        value: Cow<'a, str>,
    ) {
        let taken = &mut self.fields[role as usize];
        let is_better = taken.as_ref().is_none_or(|taken| {
            rank < taken.rank || (rank == taken.rank && origin == taken.origin)
        });
        if role == Role::Text && taken.is_some() {
            return self.offer_text(rank, origin, value);
        }
        if !is_better || value.trim_start().is_empty() {
            return;
        }
        // What is named as an outlet and is an address is no outlet's name.
        if role == Role::Source && value.contains("://") {
            return self.offer_address(rank, origin, value);
        }
        *taken = Some(Field {
            role,
            rank,
            origin,
            value,
        });
    }

    #[cold]
    fn offer_address(&mut self, rank: Rank, origin: (usize, usize), value: Cow<'a, str>) {
        let taken = &mut self.fields[Role::Url as usize];
        let rank = rank.saturating_add(WORSE);
        if taken.as_ref().is_none_or(|taken| rank < taken.rank) {
            let role = Role::Source;
            *taken = Some(Field {
                role,
                rank,
                origin,
                value,
            });
        }
    }

    #[cold]
    fn offer_text(&mut self, rank: Rank, origin: (usize, usize), value: Cow<'a, str>) {
        if value.trim_start().is_empty() {
            return;
        }
        let mut other = Field {
            role: Role::Text,
            rank,
            origin,
            value,
        };
        if let Some(named) = &mut self.fields[Role::Text as usize] {
            let is_again = named.rank == rank && named.origin == origin;
            if rank < named.rank || is_again {
                std::mem::swap(named, &mut other);
            }
            if is_again {
                return;
            }
        }
        let kind = |field: &Field<'_>| fields::kind(field.rank);
        let key = |field: &Field<'_>| {
            (
                std::cmp::Reverse(kind(field)),
                field.weight(),
                std::cmp::Reverse(field.rank),
            )
        };
        if self
            .other
            .as_ref()
            .is_none_or(|held| key(&other) > key(held) || held.origin == origin)
        {
            self.other = Some(Box::new(other));
        }
    }

    /// The field that is read for a role.
    fn field(&self, role: Role) -> Option<&Field<'a>> {
        let named = self.fields[role as usize].as_ref();
        match (&self.other, named) {
            (Some(other), Some(named)) if role == Role::Text && other.outweighs(named) => {
                Some(other)
            }
            _ => named,
        }
    }

    /// Where the fields of the article came from, and what each is by its name.
    pub(crate) fn origins(&self) -> impl Iterator<Item = (Role, (usize, usize))> {
        let roles = Role::ALL.into_iter().filter(|role| *role != Role::Fetched);
        roles.filter_map(|role| Some((role, self.field(role)?.origin)))
    }

    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn value(&self, role: Role) -> Option<&str> {
        self.field(role).map(|field| &*field.value)
    }

    /// Where the value for a role came from.
    pub(crate) fn origin(&self, role: Role) -> Option<(usize, usize)> {
        self.field(role).map(|field| field.origin)
    }

    /// How many bytes the value for a role has; 0 where there is none.
    pub(crate) fn length(&self, role: Role) -> usize {
        self.field(role).map_or(0, |field| field.value.len())
    }

    /// Whether it has a text that is no summary.
    pub(crate) fn has_own_text(&self) -> bool {
        self.length(Role::Text) > 0 && !self.is_summary()
    }

    /// Whether its text is only a summary, by the name of its field.
    pub(crate) fn is_summary(&self) -> bool {
        let text = self.field(Role::Text);
        text.is_some_and(|field| field.rank >= fields::SUMMARY)
    }

    /// Writes the values as a JSON object, by what they are in an article.
    #[cfg(feature = "parquet")]
    pub(crate) fn write_json(&self, to: &mut Vec<u8>) {
        let values: std::collections::BTreeMap<&str, &str> = Role::ALL
            .into_iter()
            .filter_map(|role| Some((role.name(), &*self.field(role)?.value)))
            .collect();
        // Writing strings to memory cannot fail.
        let _ = serde_json::to_writer(to, &values);
    }

    pub(crate) fn has_text_or_title(&self) -> bool {
        [Role::Text, Role::Title]
            .iter()
            .any(|role| self.fields[*role as usize].is_some())
    }

    /// The same fields, owned.
    pub(crate) fn into_owned<'b>(self) -> Picked<'b> {
        let owned = |field: Field<'a>| Field {
            role: field.role,
            rank: field.rank,
            origin: field.origin,
            value: Cow::Owned(field.value.into_owned()),
        };
        Picked {
            fields: self.fields.map(|field| field.map(owned)),
            other: self.other.map(|other| Box::new(owned(*other))),
        }
    }

    pub(super) fn take(&mut self, role: Role) -> Option<Cow<'a, str>> {
        let mut named = self.fields[role as usize].take()?;
        if role == Role::Text
            && let Some(other) = self.other.take()
            && other.outweighs(&named)
        {
            named = *other;
        }
        Some(named.value)
    }
}
