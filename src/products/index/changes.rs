//! Changes: what each version changed, for whoever follows an index.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Index;
use super::articles::Articles;
use super::file::index_error;
use super::journal::Journal;
use super::manifest::Part;
use super::rows::{Row, Rows};
use crate::error::{ErrorKind, Result};

/// One thing that a version changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `created`, `joined`, `merged`, `representative`, `closed`, `opened` or `gone`.
    pub change: String,
    /// `group` or `story`.
    pub of: String,
    /// The key of the group, or the id of the story.
    pub key: String,
    /// The article that joined, or stands for the group or leads the story now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// What it became part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// What the article was part of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// Groups or stories.
struct Kind {
    name: &'static str,
    key: fn(&Row) -> u32,
    stands: fn(&Row) -> u32,
}

const KINDS: [Kind; 2] = [
    Kind {
        name: "group",
        key: |row| row.group,
        stands: |row| row.representative,
    },
    Kind {
        name: "story",
        key: |row| row.story,
        stands: |row| row.lead,
    },
];

/// What changed between the rows of an index and the next; `gone` are the ids of articles that are forgotten.
pub(super) fn between(
    index: &Index,
    (rows, new): (&Rows, &[Articles]),
    gone: &[String],
) -> Result<Vec<Change>> {
    let mut lines = Vec::new();
    for kind in &KINDS {
        let teller = Teller {
            index,
            rows,
            new,
            kind,
        };
        teller.tell(&mut lines)?;
    }
    let closed = |rows: &Rows| rows.beside.closed.clone();
    let (before, now) = (closed(&index.rows), closed(rows));
    let teller = Teller {
        index,
        rows,
        new,
        kind: &KINDS[1],
    };
    let is_there = |story: &u32| !rows.rows[*story as usize].is_gone;
    for &story in now.iter().filter(|it| before.binary_search(it).is_err()) {
        lines.push(teller.change("closed", story)?);
    }
    let opened = before.iter().filter(|it| now.binary_search(it).is_err());
    for &story in opened.filter(|it| is_there(it) && rows.rows[**it as usize].story == **it) {
        lines.push(teller.change("opened", story)?);
    }
    lines.extend(gone.iter().map(|id| Change {
        change: "gone".to_owned(),
        of: "article".to_owned(),
        key: id.clone(),
        article: None,
        into: None,
        from: None,
    }));
    Ok(lines)
}

struct Teller<'t> {
    index: &'t Index,
    rows: &'t Rows,
    new: &'t [Articles],
    kind: &'t Kind,
}

impl Teller<'_> {
    fn id(&self, number: u32) -> Result<String> {
        for file in self.new {
            if number >= file.first && number - file.first < file.len() {
                return file.id(number - file.first);
            }
        }
        self.index.id(number)
    }

    fn change(&self, change: &str, key: u32) -> Result<Change> {
        Ok(Change {
            change: change.to_owned(),
            of: self.kind.name.to_owned(),
            key: self.id(key)?,
            article: None,
            into: None,
            from: None,
        })
    }

    fn tell(&self, lines: &mut Vec<Change>) -> Result<()> {
        let Kind { key, stands, .. } = self.kind;
        let stands_by_key = |rows: &Rows| -> BTreeMap<u32, u32> {
            let there = rows.there().map(|number| rows.rows[number as usize]);
            there.map(|row| (key(&row), stands(&row))).collect()
        };
        let (before, now) = (stands_by_key(&self.index.rows), stands_by_key(self.rows));
        for (&group, &stands) in now.iter().filter(|it| !before.contains_key(it.0)) {
            let article = Some(self.id(stands)?);
            lines.push(Change {
                article,
                ..self.change("created", group)?
            });
        }
        for &group in before.keys().filter(|it| !now.contains_key(it)) {
            let row = self.rows.rows[group as usize];
            if !row.is_gone {
                let into = Some(self.id(key(&row))?);
                lines.push(Change {
                    into,
                    ..self.change("merged", group)?
                });
            }
        }
        for number in self.rows.there() {
            let group = key(&self.rows.rows[number as usize]);
            let was = self.index.rows.rows.get(number as usize).map(key);
            // A group that became part of another takes its articles along.
            let was_moved = was.is_some_and(|was| was != group && now.contains_key(&was));
            if was_moved || was.is_none() && group != number {
                let from = was.map(|was| self.id(was)).transpose()?;
                let article = Some(self.id(number)?);
                lines.push(Change {
                    article,
                    from,
                    ..self.change("joined", group)?
                });
            }
        }
        for (&group, &stands) in &now {
            if before.get(&group).is_some_and(|&before| before != stands) {
                let article = Some(self.id(stands)?);
                lines.push(Change {
                    article,
                    ..self.change("representative", group)?
                });
            }
        }
        Ok(())
    }
}

/// Where whoever follows an index is: behind so many changes of a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cursor {
    version: u64,
    line: u64,
}

/// Changes with the cursors behind them, in their order.
pub type Changes = Vec<(String, Change)>;

impl Index {
    /// The changes behind a cursor, each with the cursor behind it; all of them from the empty cursor.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`] for what is no cursor of this index; and when it cannot be read.
    pub fn changes(&self, after: &str) -> Result<Changes> {
        let after = self.cursor(after)?;
        let mut changes = Changes::new();
        for entry in self.manifest.of(Part::Changes) {
            if entry.version < after.version {
                continue;
            }
            let journal = Journal::open(&self.folder, entry)?;
            for (version, line, change) in journal.changes()? {
                if (version, line) > (after.version, after.line) {
                    changes.push((format!("{version}.{line}"), change));
                }
            }
        }
        Ok(changes)
    }

    fn cursor(&self, text: &str) -> Result<Cursor> {
        if text.is_empty() || text == "0" {
            return Ok(Cursor::default());
        }
        let refused = || ErrorKind::Setting {
            name: "--after",
            value: text.to_owned(),
            expected: "a cursor as a line of changes has it, such as 3.17, or 0 for all".to_owned(),
        };
        let (version, line) = text.split_once('.').ok_or_else(refused)?;
        let cursor = Cursor {
            version: version.parse().map_err(|_| refused())?,
            line: line.parse().map_err(|_| refused())?,
        };
        match cursor.version <= self.manifest.version {
            true => Ok(cursor),
            false => {
                let reason = format!(
                    "the cursor {text} is of a later version than this, which is {}: it is of another index, or of one that was put back",
                    self.manifest.version
                );
                Err(index_error(&self.folder, &reason))
            }
        }
    }
}
