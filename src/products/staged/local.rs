//! The exchange of one process: stages run one after the other, and runs go from one to the next in memory.

use std::collections::BTreeMap;

use super::{Gather, Job, PackedRun, StageInfo};
use crate::error::{ErrorKind, Result};

/// Runs all stages in this process, as a cluster runs them.
#[derive(Debug, Default)]
pub struct Local {
    made: BTreeMap<&'static str, Vec<PackedRun>>,
    /// By stage, the bytes that went from one task to another.
    pub exchanged: BTreeMap<&'static str, u64>,
    /// By stage, the bytes of its largest share.
    pub largest: BTreeMap<&'static str, u64>,
}

impl Local {
    /// Runs every stage, so that the folder of the job is a work folder from which the usual run goes on.
    ///
    /// # Errors
    ///
    /// The first error of a stage.
    pub fn run(job: &Job) -> Result<Local> {
        let mut local = Local::default();
        for info in job.stages() {
            let runs = local.stage(job, info)?;
            local.made.insert(info.name, runs);
        }
        Ok(local)
    }

    fn stage(&mut self, job: &Job, info: &StageInfo) -> Result<Vec<PackedRun>> {
        let Some(stage) = job.stage(info.name) else {
            return Err(ErrorKind::Setting {
                name: "stage",
                value: info.name.to_owned(),
                expected: "one of the stages of a job".to_owned(),
            }
            .into());
        };
        let mut mapped = Vec::new();
        for &(from, kind) in info.inputs {
            let files = job.file_runs();
            let none = Vec::new();
            let files = if from.is_empty() { &files } else { &none };
            let runs = self.made.get(from).unwrap_or(files);
            for run in runs.iter().filter(|run| run.kind == kind) {
                // Each run is a task by itself.
                let mut to = job.sender();
                stage.map(run, &mut to)?;
                mapped.append(&mut to.all());
            }
        }
        let bytes = mapped.iter().map(|run| run.payload.len() as u64).sum();
        self.exchanged.insert(info.name, bytes);
        let mut made = Vec::new();
        let mut gathered: BTreeMap<u32, Vec<PackedRun>> = BTreeMap::new();
        match info.gather {
            Gather::None => return Ok(mapped),
            Gather::One => {
                gathered.insert(0, mapped);
            }
            Gather::Share => {
                for run in mapped {
                    gathered.entry(run.share).or_default().push(run);
                }
            }
        }
        let size = |runs: &Vec<PackedRun>| runs.iter().map(|run| run.payload.len() as u64).sum();
        let largest = gathered.values().map(size).max();
        self.largest.insert(info.name, largest.unwrap_or(0));
        for runs in gathered.into_values() {
            let mut to = job.sender();
            stage.reduce(&mut runs.into_iter(), &mut to)?;
            made.append(&mut to.all());
        }
        Ok(made)
    }
}
