//! A first look at an input: which fields its records have, before a whole dump is read for nothing.

use super::block::{Block, Buffers, Cutter};
use super::csv::Columns;
use super::fields::{FieldNames, Role};
use super::format::Format;
use super::input::Input;
use super::jsonl;
use super::limits::Limits;
use super::pick::Picker;
use crate::error::{ErrorKind, Result};

/// How much of an input is looked at while no text is found.
const LOOKED_AT: usize = 4 << 20;

/// How much of all inputs together is looked at while a field that was named is not found.
const LOOKED_AT_FOR_NAMED: usize = 256 << 20;

/// The fields of an input's first records.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Their paths, in the order met.
    fields: Vec<String>,
    roles: Vec<Role>,
    /// Whether there was any record to look at.
    any: bool,
    /// Why the input cannot be read at all, where it cannot.
    pub(crate) broken: Option<String>,
}

impl Survey {
    /// Whether there are records, and none has a field for a text or a title.
    pub(crate) fn lacks_text(&self) -> bool {
        self.any
            && !self
                .roles
                .iter()
                .any(|role| matches!(role, Role::Text | Role::Title))
    }

    /// The complaint that no field looks like a text.
    pub(crate) fn no_text(&self, input: &Input) -> ErrorKind {
        ErrorKind::NoTextField {
            input: input.name.clone(),
            fields: self.fields.clone(),
        }
    }
}

/// Looks at inputs one after another, and remembers which named fields were seen in any.
pub(crate) struct Surveyor<'n> {
    names: &'n FieldNames,
    limits: Limits,
    unseen: Vec<(Role, String)>,
    budget: usize,
    /// The first input with records, for the complaint about a field that no input has.
    first: Option<(String, Vec<String>)>,
}

impl<'n> Surveyor<'n> {
    pub(crate) fn new(names: &'n FieldNames, limits: Limits) -> Surveyor<'n> {
        let unseen = names
            .named()
            .map(|(role, name)| (role, name.to_owned()))
            .collect();
        Surveyor {
            names,
            limits,
            unseen,
            budget: LOOKED_AT_FOR_NAMED,
            first: None,
        }
    }

    /// Looks at one input.
    pub(crate) fn look(&mut self, input: &Input) -> Result<Survey> {
        let survey = match input.format {
            Format::Jsonl => self.look_at_lines(input)?,
            Format::Delimited { delimiter } => {
                let columns = Columns::of(&input.preamble, delimiter, self.names);
                Survey {
                    roles: columns.roles().collect(),
                    any: !input.preamble.is_empty(),
                    fields: columns.names,
                    broken: None,
                }
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => self.look_at_footer(input)?,
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => Survey::default(),
            Format::Text | Format::Html | Format::Warc | Format::Unreadable => Survey::default(),
        };
        self.unseen.retain(|(role, _)| !survey.roles.contains(role));
        if survey.any && self.first.is_none() {
            self.first = Some((input.name.clone(), survey.fields.clone()));
        }
        Ok(survey)
    }

    /// Fails if a named field was in none of the inputs.
    pub(crate) fn finish(self) -> Result<()> {
        match (self.unseen.into_iter().next(), self.first) {
            (Some((_, field)), Some((input, fields))) => Err(ErrorKind::UnknownField {
                input,
                field,
                fields,
            }
            .into()),
            _ => Ok(()),
        }
    }

    #[cfg(feature = "parquet")]
    fn look_at_footer(&self, input: &Input) -> Result<Survey> {
        Ok(
            match super::parquet::Table::open(input, (self.names, self.limits))? {
                Ok(table) => Survey {
                    fields: table.paths().map(str::to_owned).collect(),
                    roles: table.roles(self.names),
                    any: true,
                    broken: None,
                },
                Err(reason) => Survey {
                    broken: Some(reason),
                    ..Survey::default()
                },
            },
        )
    }

    fn look_at_lines(&mut self, input: &Input) -> Result<Survey> {
        let (reader, meter) = input.open(self.limits)?;
        let mut cutter = Cutter::sized(
            reader,
            input.format,
            input.preamble.len(),
            64 << 10,
            self.limits.record,
        );
        let (buffers, mut picker, mut survey) = (
            Buffers::default(),
            Picker::new(self.names),
            Survey::default(),
        );
        let mut looked_at = 0;
        while let Some(block) = cutter.next(&buffers) {
            survey.any |= look_at_block(&block, &mut picker);
            survey.roles = picker.paths().filter_map(|(_, role)| role).collect();
            looked_at += block.filled;
            buffers.give_back(block.bytes);
            let named_missing = self
                .unseen
                .iter()
                .any(|(role, _)| !survey.roles.contains(role));
            if named_missing && self.budget > 0 {
                self.budget = self.budget.saturating_sub(looked_at);
            } else if !survey.lacks_text() || looked_at >= LOOKED_AT {
                break;
            }
        }
        meter.check(input, cutter.into_broke())?;
        survey.fields = picker.paths().map(|(path, _)| path).collect();
        Ok(survey)
    }
}

/// Meets the fields of a block; says whether it held an object.
fn look_at_block(block: &Block, picker: &mut Picker<'_>) -> bool {
    let sound = block.records().filter(|(_, _, flaw)| flaw.is_none());
    sound
        .filter(|(_, raw, _)| jsonl::read(raw, picker).is_ok())
        .count()
        > 0
}
