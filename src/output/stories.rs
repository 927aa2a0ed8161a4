//! Stories, one after another: as JSON lines, or as a feed.

use std::io::Write as _;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::compression::Compression;
use crate::corpus::Timestamp;
use crate::error::{Error, ErrorKind, Result};

use super::Destination;
use super::atom::AtomFeed;
use super::file::{Closed, OutputFile, is_stream};
use super::row::{ClusterRow, Columns};

/// One story: its articles, and what follows from them.
///
/// It serializes as a map of `story_id`, `label`, `lead`, `first_seen`, `last_seen`, `sources`, `story_sources`,
/// `story_independent` and `articles`.
#[derive(Clone, Debug)]
pub struct StoryRow<'a> {
    /// The article that leads it.
    pub lead: ClusterRow<'a>,
    /// The others, in input order.
    pub others: Vec<ClusterRow<'a>>,
    /// The address of the lead, where it is asked for and known.
    pub url: Option<&'a str>,
}

impl<'a> StoryRow<'a> {
    /// The columns that are told of each article of a story.
    const ARTICLE: [&'static str; 12] = [
        "article_id",
        "copy_id",
        "relation",
        "similarity",
        "matched_id",
        "title",
        "source",
        "published",
        "input",
        "record",
        "kind",
        "form_id",
    ];

    /// The columns that are told of its lead.
    const LEAD: [&'static str; 4] = ["article_id", "title", "source", "published"];

    /// All its articles, the lead first.
    pub fn articles(&self) -> impl Iterator<Item = &ClusterRow<'a>> {
        std::iter::once(&self.lead).chain(&self.others)
    }

    /// When the first of its articles was published, and when the last; `None` where none has a date.
    pub fn seen(&self) -> Option<(Timestamp, Timestamp)> {
        let times = || self.articles().filter_map(|article| article.published);
        Some((times().min()?, times().max()?))
    }

    /// The sources that tell it, in the order of the alphabet.
    pub fn sources(&self) -> Vec<&'a str> {
        let mut sources: Vec<&str> = self
            .articles()
            .filter_map(|article| article.source)
            .collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }
}

impl Serialize for StoryRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let seen = self.seen();
        let articles: Vec<Columns<'_>> = self
            .articles()
            .map(|row| Columns(row, &Self::ARTICLE))
            .collect();
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("story_id", self.lead.story_id)?;
        map.serialize_entry("label", &self.lead.story_label)?;
        map.serialize_entry("lead", &Columns(&self.lead, &Self::LEAD))?;
        map.serialize_entry("first_seen", &seen.map(|seen| seen.0.to_string()))?;
        map.serialize_entry("last_seen", &seen.map(|seen| seen.1.to_string()))?;
        map.serialize_entry("sources", &self.sources())?;
        map.serialize_entry("story_sources", &self.lead.story_sources)?;
        map.serialize_entry("story_independent", &self.lead.story_independent)?;
        map.serialize_entry("articles", &articles)?;
        map.end()
    }
}

/// Stories on their way to their [`Destination`]; dropped unfinished, they leave nothing.
pub struct StoryWriter {
    form: Form,
    since: Option<Timestamp>,
}

enum Form {
    Jsonl(OutputFile, Vec<u8>),
    Atom(Box<AtomFeed>),
}

/// Whether a destination is a feed by its ending, which can hold stories only.
pub fn is_feed(destination: &Destination) -> bool {
    matches!(destination, Destination::File(path) if plain_ending(path, ".atom"))
}

fn plain_ending(path: &std::path::Path, ending: &str) -> bool {
    let plain = Compression::of_name(path).strip(path);
    plain.to_string_lossy().to_lowercase().ends_with(ending)
}

/// Opens an output of stories: JSONL or an Atom feed by the destination's ending, JSONL on standard output.
///
/// # Errors
///
/// [`ErrorKind::Setting`] when the ending is none of those, and an input-output error when the place cannot be written to.
pub fn stories(destination: &Destination) -> Result<StoryWriter> {
    let jsonl = |compression| {
        let file = OutputFile::create(destination, compression)?;
        Ok(StoryWriter::of(Form::Jsonl(file, Vec::new())))
    };
    let Destination::File(path) = destination else {
        return jsonl(Compression::None);
    };
    let compression = Compression::of_name(path);
    if is_feed(destination) {
        let file = OutputFile::create(destination, compression)?;
        Ok(StoryWriter::of(Form::Atom(Box::new(AtomFeed::new(file)))))
    } else if plain_ending(path, ".jsonl") {
        jsonl(compression)
    } else if is_stream(path) {
        jsonl(Compression::None)
    } else {
        Err(ErrorKind::Setting {
            name: "output",
            value: path.display().to_string(),
            expected: format!(
                "a name that ends in .jsonl or .atom, alone or followed by {}, to hold stories",
                Compression::endings()
            ),
        }
        .into())
    }
}

impl StoryWriter {
    /// Whether it wants the newest stories first, and the addresses of their leads.
    pub fn is_feed(&self) -> bool {
        matches!(self.form, Form::Atom(_))
    }

    fn of(form: Form) -> StoryWriter {
        StoryWriter { form, since: None }
    }

    /// Leaves out stories of which no article was published at a moment or later.
    pub fn since(self, since: Option<Timestamp>) -> StoryWriter {
        StoryWriter { since, ..self }
    }

    /// Writes one story.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn write(&mut self, story: &StoryRow<'_>) -> Result<()> {
        let last = story.seen().map(|seen| seen.1);
        if self
            .since
            .is_some_and(|since| last.is_none_or(|last| last < since))
        {
            return Ok(());
        }
        match &mut self.form {
            Form::Jsonl(file, line) => {
                line.clear();
                let written = serde_json::to_writer(&mut *line, story).map_err(Into::into);
                line.push(b'\n');
                written
                    .and_then(|()| file.write_all(line))
                    .map_err(|error| Error::io(file.name(), error))
            }
            Form::Atom(feed) => feed.write(story),
        }
    }

    /// Completes the output without showing it yet, for runs whose several outputs are to appear together.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn close(self) -> Result<Closed> {
        match self.form {
            Form::Jsonl(file, _) => file.close(),
            Form::Atom(feed) => feed.close(),
        }
    }
}
