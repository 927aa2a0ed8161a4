//! SQLite: a table of a database, whose rows are turned into an object a line when the file is opened.
//!
//! The file format is read as its documentation has it, by a reader of our own: a scan of one table needs neither SQL nor
//! a library in C. What only a library can read (tables without row ids, virtual ones) is named and refused.

mod pages;
mod schema;

use std::io::{self, Write};

use serde_json::{Map, Number, Value};

use super::Unreadable;
use crate::corpus::open::archive::Bytes;
use crate::corpus::record::fields::{FieldNames, Role};
use crate::corpus::record::repair;
use pages::{Cell, Database, Field};
use schema::Columns;

/// Whether a file begins as a database.
pub(crate) fn begins(head: &[u8]) -> bool {
    head.starts_with(b"SQLite format 3\0")
}

/// A table of a database that is to be read.
pub(crate) struct Table {
    database: Database,
    root: u32,
    columns: Columns,
}

/// A table as the database lists it.
struct Listed {
    name: String,
    root: u32,
    columns: Option<Columns>,
}

impl Table {
    /// The table that was named, or else the one whose columns look most like those of articles.
    ///
    /// The inner error says why there is none.
    pub(crate) fn find(
        bytes: Bytes,
        wanted: Option<&str>,
        names: &FieldNames,
    ) -> io::Result<Result<Table, Unreadable>> {
        let refused = |reason: String| Ok(Err(Unreadable::convertible(reason)));
        let database = match Database::open(bytes)? {
            Ok(database) => database,
            Err(why) => return refused(why.to_owned()),
        };
        let listed = list(&database)?;
        let told: Vec<String> = listed.iter().map(Listed::told).collect();
        let told = told.join("; ");
        let found = match wanted {
            Some(wanted) => listed
                .into_iter()
                .find(|table| table.name.eq_ignore_ascii_case(wanted)),
            None => {
                let mut best = None;
                for table in listed {
                    let Some(roles) = table.roles(names) else {
                        continue;
                    };
                    let rank = (roles, database.count(table.root)?);
                    if best.as_ref().is_none_or(|(most, _)| rank > *most) {
                        best = Some((rank, table));
                    }
                }
                best.map(|(_, table)| table)
            }
        };
        match (found, wanted) {
            (
                Some(Listed {
                    root,
                    columns: Some(columns),
                    ..
                }),
                _,
            ) => Ok(Ok(Table {
                database,
                root,
                columns,
            })),
            (Some(table), _) => refused(format!(
                "the table {} is one that is not read (virtual, or without row ids); copy it into a plain one",
                table.name
            )),
            (None, Some(wanted)) => refused(format!("no table {wanted}; the tables are: {told}")),
            (None, None) => refused(format!(
                "a database without a table whose columns look like those of articles (name one with --table); the tables are: {told}"
            )),
        }
    }

    /// Writes a line for each row, in the order of row ids.
    ///
    /// # Errors
    ///
    /// When the database cannot be read, or the lines cannot be written.
    pub(crate) fn to_lines(&self, to: &mut dyn Write) -> io::Result<()> {
        self.database.rows(self.root, &mut |row| {
            let fields = self.database.fields(&row.payload)?;
            let mut object = Map::new();
            for (at, column) in self.columns.names.iter().enumerate() {
                let value = match fields.get(at) {
                    _ if self.columns.row_id == Some(at) => Value::from(row.id),
                    Some(field) => json(field),
                    None => Value::Null,
                };
                object.insert(column.clone(), value);
            }
            serde_json::to_writer(&mut *to, &Value::Object(object))?;
            to.write_all(b"\n")
        })
    }
}

impl Listed {
    /// How many fields of an article its columns are; `None` where none is a text.
    fn roles(&self, names: &FieldNames) -> Option<usize> {
        let columns = self.columns.as_ref()?.names.iter();
        let roles = columns.filter_map(|column| Some(names.resolve(column)?.0));
        let mut roles: Vec<Role> = roles.collect();
        roles.sort_unstable();
        roles.dedup();
        roles.contains(&Role::Text).then_some(roles.len())
    }

    /// Its name and columns, for a complaint.
    fn told(&self) -> String {
        let columns = self.columns.as_ref();
        let columns = columns.map(|columns| columns.names.join(", "));
        format!("{} ({})", self.name, columns.unwrap_or_default())
    }
}

/// The tables of a database, its own ones left out.
fn list(database: &Database) -> io::Result<Vec<Listed>> {
    let mut listed = Vec::new();
    database.rows(1, &mut |row: Cell| {
        let fields = database.fields(&row.payload)?;
        let [
            Field::Text(kind),
            Field::Text(name),
            _,
            Field::Integer(root),
            Field::Text(sql),
        ] = &fields[..]
        else {
            return Ok(());
        };
        if kind == "table" && !name.starts_with("sqlite_") {
            listed.push(Listed {
                name: name.clone(),
                root: u32::try_from(*root).unwrap_or(0),
                columns: Columns::of(sql).filter(|_| *root > 0),
            });
        }
        Ok(())
    })?;
    Ok(listed)
}

fn json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Integer(number) => Value::from(*number),
        Field::Real(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        Field::Text(text) => Value::from(text.as_str()),
        // Texts are kept as bytes, too.
        Field::Blob(bytes) if !repair::is_binary(bytes) => Value::from(repair::text(bytes).0),
        Field::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Value::from(digits)
        }
    }
}
