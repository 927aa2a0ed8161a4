//! A Parquet file as a table of text: what is read back of clusters and of gold.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::sync::Arc;

use ::parquet::file::reader::FileReader;
use ::parquet::file::serialized_reader::SerializedFileReader;

use super::levels::{Cells, Column};
use super::rows::for_each_row;
use super::value::Kind;
use super::{Source, guarded, rows_of};
use crate::error::{Error, Result};

/// How many rows are read at a time.
const ROWS: usize = 1024;

/// A file whose columns are known and whose rows are yet to be read.
pub(crate) struct Sheet(SerializedFileReader<Source>);

impl Sheet {
    /// Reads the footer; `None` where the file does not begin as Parquet.
    pub(crate) fn open(mut file: File) -> std::result::Result<Option<Sheet>, String> {
        let mut mark = [0; 4];
        match file.read_exact(&mut mark) {
            Ok(()) if mark == *b"PAR1" => {}
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => {
                return Err(error.to_string());
            }
            _ => return Ok(None),
        }
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let source = Source::of(Arc::new(file), length);
        guarded(|| SerializedFileReader::new(source)).map(|it| Some(Sheet(it)))
    }

    /// The names of its columns.
    pub(crate) fn columns(&self) -> Vec<String> {
        let schema = self.0.metadata().file_metadata().schema_descr();
        let columns = schema.columns().iter();
        columns
            .map(|column| column.path().parts().join("."))
            .collect()
    }

    /// Hands the wanted columns of every row to `visit`, as text, with the row's 1-based number.
    ///
    /// `failed` makes an error of a row's number and what is wrong with it.
    pub(crate) fn rows(
        &self,
        wanted: &[&str],
        failed: &dyn Fn(u64, String) -> Error,
        visit: &mut dyn FnMut(u64, VecDeque<String>) -> Result<()>,
    ) -> Result<()> {
        let there = self.columns();
        let place = |name: &&str| there.iter().position(|column| column == name);
        let places: Vec<usize> = wanted.iter().filter_map(place).collect();
        let mut row = 0;
        for (group, metadata) in self.0.metadata().row_groups().iter().enumerate() {
            let mut columns = self
                .open_group(group, &places)
                .map_err(|why| failed(row + 1, why))?;
            let mut left = rows_of(metadata);
            while left > 0 {
                let rows = left.min(ROWS);
                left -= rows;
                let read = columns
                    .iter_mut()
                    .map(|column| column.texts(rows))
                    .collect();
                let read: std::result::Result<Vec<Vec<String>>, String> = read;
                let mut read = read.map_err(|why| failed(row + 1, why))?;
                for at in 0..rows {
                    row += 1;
                    visit(
                        row,
                        read.iter_mut()
                            .map(|it| std::mem::take(&mut it[at]))
                            .collect(),
                    )?;
                }
            }
        }
        Ok(())
    }

    fn open_group(
        &self,
        group: usize,
        places: &[usize],
    ) -> std::result::Result<Vec<TextColumn>, String> {
        guarded(|| {
            let schema = self.0.metadata().file_metadata().schema_descr();
            let group = self.0.get_row_group(group)?;
            let columns = places.iter().map(|&place| {
                let described = schema.column(place);
                Ok(TextColumn {
                    column: Column::new(group.get_column_reader(place)?),
                    kind: Kind::of(&described).unwrap_or(Kind::Text),
                    full: described.max_def_level(),
                })
            });
            columns.collect()
        })
    }
}

struct TextColumn {
    column: Column,
    kind: Kind,
    full: i16,
}

impl TextColumn {
    /// The next rows as text; what is null is empty.
    fn texts(&mut self, rows: usize) -> std::result::Result<Vec<String>, String> {
        let cells: Cells = guarded(|| self.column.read(rows))?;
        let mut texts = vec![String::new(); rows];
        for_each_row(&cells, self.full, |row, values| {
            if let Some((text, _)) = self.kind.text(&cells.values, values.start) {
                texts[row] = text.into_owned();
            }
        });
        Ok(texts)
    }
}
