//! The `article_id` of every article: its own id, else `file:record`; a repeated one gets `#2`, `#3`, ….

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::{Place, Register};
use crate::error::Result;
use crate::spill::{Hashed, MemoryBudget, Sorter};

/// The `article_id` column: unique, in article order.
#[derive(Debug)]
pub struct ArticleIds<'a> {
    register: &'a Register,
    inputs: &'a [String],
    /// The ids of the articles whose own was taken already.
    changed: AHashMap<u32, String>,
}

impl<'a> ArticleIds<'a> {
    /// Finds the ids that are repeated, and makes them unlike.
    ///
    /// # Errors
    ///
    /// When ids that do not fit into the memory budget cannot be kept on disk.
    pub fn new(
        register: &'a Register,
        inputs: &'a [String],
        budget: &MemoryBudget,
    ) -> Result<ArticleIds<'a>> {
        let mut ids = ArticleIds {
            register,
            inputs,
            changed: AHashMap::new(),
        };
        let repeated = ids.repeated_hashes(budget)?;
        if !repeated.is_empty() {
            ids.distinguish(&repeated)?;
        }
        Ok(ids)
    }

    /// The id of one article.
    ///
    /// # Errors
    ///
    /// When it lies on disk, and cannot be read.
    pub fn of(&self, article: usize) -> Result<Cow<'_, str>> {
        if !self.changed.is_empty()
            && let Some(id) = self.changed.get(&(article as u32))
        {
            return Ok(Cow::Borrowed(id));
        }
        let own = self.register.external_id(article)?;
        Ok(own.unwrap_or_else(|| Cow::Owned(self.by_place(article))))
    }

    fn by_place(&self, article: usize) -> String {
        let Place { input, record } = self.register.place(article);
        let file = self.inputs.get(input as usize).map_or("", String::as_str);
        format!("{file}:{record}")
    }

    /// How many articles have one: all.
    pub fn len(&self) -> usize {
        self.register.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.register.is_empty()
    }

    /// How many ids had been taken already and got a `#2` or more.
    pub fn repeated(&self) -> usize {
        self.changed.len()
    }

    /// Hands on every id of a piece of the register as it is before it is made unlike others.
    fn visit(&self, piece: usize, mut visit: impl FnMut(usize, &str)) -> Result<()> {
        self.register.visit_ids(piece, |article, id| match id {
            Some(id) => visit(article, id),
            None => visit(article, &self.by_place(article)),
        })
    }

    /// The hashes of the ids that several articles have.
    fn repeated_hashes(&self, budget: &MemoryBudget) -> Result<AHashSet<u64>> {
        let sorter = Sorter::new(budget);
        (0..self.register.pieces())
            .into_par_iter()
            .try_for_each(|piece| {
                let mut hashes = Vec::new();
                self.visit(piece, |article, id| {
                    hashes.push(Hashed {
                        hash: xxh3_64(id.as_bytes()),
                        number: article as u64,
                    });
                })?;
                sorter.push(hashes)
            })?;
        let mut repeated = AHashSet::new();
        sorter.finish()?.scan(|piece| {
            let same = piece.chunk_by(|a, b| a.hash == b.hash);
            repeated.extend(same.filter(|same| same.len() > 1).map(|same| same[0].hash));
            Ok(())
        })?;
        Ok(repeated)
    }

    /// Makes repeated ids unlike all others. Only those matter that are repeated, or might be what one is made into.
    fn distinguish(&mut self, repeated: &AHashSet<u64>) -> Result<()> {
        let mut names = Names::default();
        let mut changed = AHashMap::new();
        for piece in 0..self.register.pieces() {
            self.visit(piece, |article, id| {
                if concerns(id, repeated)
                    && let Some(name) = names.distinguish(id)
                {
                    changed.insert(article as u32, name);
                }
            })?;
        }
        self.changed = changed;
        Ok(())
    }
}

/// Whether an id is repeated, or is a repeated one with a number behind it.
fn concerns(mut id: &str, repeated: &AHashSet<u64>) -> bool {
    loop {
        if repeated.contains(&xxh3_64(id.as_bytes())) {
            return true;
        }
        match id.rsplit_once('#') {
            Some((base, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => id = base,
            _ => return false,
        }
    }
}

/// The names given so far.
#[derive(Default)]
struct Names {
    /// How often each id came, or the number that its last repeat got.
    taken: AHashMap<u64, u32>,
    suffixed: HashSet<String>,
}

impl Names {
    /// The name of the next article that has this id; `None` where it may keep it.
    fn distinguish(&mut self, id: &str) -> Option<String> {
        let hash = xxh3_64(id.as_bytes());
        let count = self.taken.entry(hash).or_insert(0);
        *count += 1;
        let mut next = *count;
        if next == 1 && !self.suffixed.contains(id) {
            return None;
        }
        next = next.max(2);
        let mut name = id.to_owned();
        loop {
            name.truncate(id.len());
            // Writing to a string cannot fail.
            let _ = write!(name, "#{next}");
            let is_free = !self.taken.contains_key(&xxh3_64(name.as_bytes()));
            if is_free && self.suffixed.insert(name.clone()) {
                break;
            }
            next += 1;
        }
        // The next repeat starts its search here: a million equal ids take a million steps.
        self.taken.insert(hash, next);
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::register::RegisterWriter;
    use super::super::{Article, Batch};
    use super::*;

    #[test]
    fn a_repeated_id_gets_a_number_that_nobody_has() -> Result<()> {
        let ids = ["a", "a", "a#2", "a", "b#2", "b", "b", "c#2"];
        let mut articles = ids.map(|id| Article {
            external_id: Some(id.into()),
            ..Article::default()
        });
        articles[7].external_id = None;
        articles[7].place.record = 9;
        let budget = MemoryBudget::default();
        let register = RegisterWriter::new(&budget);
        register.enter(&Batch {
            number: 0,
            articles: &articles,
            raw: &[],
            rejects: &[],
        })?;
        let (register, inputs) = (register.finish()?, ["x.jsonl".to_owned()]);
        let ids = ArticleIds::new(&register, &inputs, &budget)?;
        let all = (0..register.len()).map(|article| ids.of(article));
        assert_eq!(
            all.collect::<Result<Vec<_>>>()?,
            ["a", "a#2", "a#2#2", "a#3", "b#2", "b", "b#3", "x.jsonl:9"]
        );
        assert_eq!(ids.repeated(), 4);
        Ok(())
    }
}
