//! A first look at an input: which fields its records have, before a whole dump is read for nothing.

use super::input::Input;
use super::limits::Limits;
use super::unused;
use crate::corpus::formats::Unit;
use crate::corpus::formats::csv;
use crate::corpus::formats::json::lines;
use crate::corpus::record::fields::{FieldNames, Role};
use crate::corpus::record::pick::Picker;
use crate::corpus::sweep::block::{Block, Buffers, Cutter};
use crate::error::Unused;
use crate::error::{ErrorKind, Result};

/// How much of an input is looked at while no text is found.
const LOOKED_AT: usize = 4 << 20;

/// How much of all inputs together is looked at while a field that was named is not found.
const LOOKED_AT_FOR_NAMED: usize = 256 << 20;

/// The fields of an input's first records.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Their paths, in the order met.
    pub(crate) fields: Vec<String>,
    pub(crate) roles: Vec<Role>,
    /// Whether there was any record to look at.
    pub(crate) any: bool,
    /// Whether a record was seen that has a text.
    pub(crate) has_text: bool,
    /// Whether all that was seen are descriptions of something else: of a data set, of a program.
    pub(crate) only_describes: bool,
    /// Where there is none, the longest field that is not read.
    pub(crate) unused: Option<Unused>,
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

    /// Whether this is what stands beside articles in a folder.
    pub(crate) fn is_beside(&self) -> bool {
        self.any && self.only_describes
    }

    /// Whether there are records with titles alone.
    pub(crate) fn has_titles_only(&self) -> bool {
        self.any && !self.has_text && !self.lacks_text()
    }

    /// The complaint that no field looks like a text.
    pub(crate) fn no_text(&self, input: &Input) -> ErrorKind {
        let is_table = input.format.dialect().is_some() && input.columns.is_none();
        if is_table && csv::is_record(&self.fields) {
            return ErrorKind::NoHeader {
                input: input.name.clone(),
                guess: csv::guess(&self.fields),
                fields: self.fields.clone(),
            };
        }
        ErrorKind::NoTextField {
            input: input.name.clone(),
            fields: self.fields.clone(),
        }
    }
}

/// Looks at inputs one after another, and remembers which named fields were seen in any.
pub(crate) struct Surveyor<'n> {
    pub(crate) names: &'n FieldNames,
    pub(crate) limits: Limits,
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
        let reader = input.format.reader();
        let mut survey = reader.survey(self, input)?;
        let has_records = reader.unit() == Unit::Records && reader.fields().are_named();
        if has_records && survey.any && !survey.has_text {
            survey.unused = unused::longest(input, self.names, self.limits)?;
        }
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

    /// Looks at the keys of the first objects.
    pub(crate) fn look_at_lines(&mut self, input: &Input) -> Result<Survey> {
        let (reader, meter) = input.open(self.limits)?;
        let mut cutter = Cutter::sized(reader, input, 64 << 10, self.limits.record);
        let (buffers, mut picker, mut survey) = (
            Buffers::default(),
            Picker::new(self.names),
            Survey::default(),
        );
        let mut looked_at = 0;
        while let Some(block) = cutter.next(&buffers) {
            look_at_block(&block, &mut picker, &mut survey);
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

/// Meets the fields of a block.
fn look_at_block(block: &Block, picker: &mut Picker<'_>, survey: &mut Survey) {
    for (_, raw, flaw) in block.records() {
        if flaw.is_none()
            && let Ok(line) = lines::read(raw, picker)
        {
            let has = |role| line.picked.length(role) > 0;
            let is_article = line.picked.has_own_text()
                || has(Role::Title)
                || (has(Role::Text) && (has(Role::Url) || has(Role::Date)));
            survey.only_describes = !is_article && (!survey.any || survey.only_describes);
            survey.any = true;
            survey.has_text |= has(Role::Text);
        }
    }
}
