//! Opening a state: it must be whole, and of the inputs and the settings that it is asked for.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ahash::{AHashMap, AHashSet};

use super::file::Opened;
use super::settings::settings;
use super::tables::{Loaded, StoredModel};
use super::{Contents, FILE, InputStamp, Parts, State, keeper};
use crate::config::Config;
use crate::corpus::FileCorpus;
use crate::error::Result;
use crate::names;

impl State {
    /// Opens the state in a folder, and checks that it is of these inputs, as they are, and of these settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::State`](crate::error::ErrorKind::State) where there is none, it is damaged or of another version, an input changed since, or a setting
    /// is another.
    pub fn open(folder: &Path, corpus: &FileCorpus, config: &Config) -> Result<State> {
        let state = State::load(folder)?;
        state.check_inputs(corpus)?;
        state.check_settings(corpus, config)?;
        state.check_whole()?;
        Ok(state)
    }

    /// Opens the state in a folder for what was learned of the pages alone, whatever the settings were.
    ///
    /// # Errors
    ///
    /// Those of [`State::open`], but for the settings.
    pub fn of_inputs(folder: &Path, corpus: &FileCorpus) -> Result<State> {
        let state = State::load(folder)?;
        state.check_inputs(corpus)?;
        state.check_whole()?;
        Ok(state)
    }

    /// The names of the inputs of the state in a folder, to open them again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::State`](crate::error::ErrorKind::State) where there is none, or it is damaged or of another version.
    pub fn inputs(folder: &Path) -> Result<Vec<PathBuf>> {
        let inputs = State::load(folder)?.contents.inputs;
        // A name that is not UTF-8 is told with its bytes.
        let path = |input: InputStamp| match Path::new(&input.name).exists() {
            true => PathBuf::from(input.name),
            false => names::read(&input.name).map_or(PathBuf::from(input.name), PathBuf::from),
        };
        Ok(inputs.into_iter().map(path).collect())
    }

    pub(super) fn load(folder: &Path) -> Result<State> {
        let (file, contents): (Opened, Contents) = Opened::open(&folder.join(FILE))?;
        State::of(file, contents, Some(folder.to_owned()))
    }

    pub(super) fn of(file: Opened, contents: Contents, folder: Option<PathBuf>) -> Result<State> {
        let section = |name: &str| {
            let found = contents.sections.get(name).copied();
            found.ok_or_else(|| file.broken("it is damaged"))
        };
        let parts = Parts {
            articles: section("articles")?,
            ids: section("ids")?,
            id_ends: section("id ends")?,
            by_id: section("by id")?,
            by_story: section("by story")?,
            forms: section("forms")?,
            over_cap: section("crowded")?,
            furniture: section("furniture")?,
            told: match contents.known {
                Some(_) => Some(StoredModel {
                    counts: section("counts")?,
                    large: section("large")?,
                }),
                None => None,
            },
        };
        Ok(State {
            folder,
            file,
            contents,
            parts,
            failure: Mutex::default(),
            loaded: Loaded::default(),
        })
    }

    fn check_inputs(&self, corpus: &FileCorpus) -> Result<()> {
        let now: Vec<InputStamp> = corpus.files().iter().map(keeper::stamp).collect();
        let then = &self.contents.inputs;
        let other = |reason: String| Err(self.file.broken(&reason));
        let known: AHashMap<&str, &InputStamp> = then
            .iter()
            .map(|input| (input.name.as_str(), input))
            .collect();
        for input in &now {
            match known.get(input.name.as_str()).copied() {
                None => return other(format!("it is of other inputs, without {}", input.name)),
                Some(before) if before != input => {
                    return other(format!("{} changed since it was made", input.name));
                }
                Some(_) => {}
            }
        }
        let here: AHashSet<&str> = now.iter().map(|input| input.name.as_str()).collect();
        if let Some(missing) = then
            .iter()
            .find(|input| !here.contains(input.name.as_str()))
        {
            return other(format!("it is of more inputs, with {}", missing.name));
        }
        match now == *then {
            true => Ok(()),
            false => other("it is of the same inputs in another order".to_owned()),
        }
    }

    fn check_settings(&self, corpus: &FileCorpus, config: &Config) -> Result<()> {
        let now = settings(config, corpus);
        let differs = |(now, then): &(&(String, String), &(String, String))| now != then;
        let mut both = now.iter().zip(&self.contents.settings);
        let Some((now, then)) = both.find(differs) else {
            return Ok(());
        };
        let value = |value: &str| match value {
            "" => "nothing".to_owned(),
            value => value.to_owned(),
        };
        Err(self.file.broken(&format!(
            "it was made with other settings: {} was {}, and is {} now",
            now.0,
            value(&then.1),
            value(&now.1)
        )))
    }
}
