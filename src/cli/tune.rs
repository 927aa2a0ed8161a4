//! `samestory tune`.

use std::io::Write;

use samestory::compression::Compression;
use samestory::config::Threshold;
use samestory::corpus::Filter;
use samestory::error::{Error, ErrorKind, Result};
use samestory::names::{harmless, harmless_json};
use samestory::output::{Closed, Destination, OutputFile};
use samestory::rejects;
use samestory::tune::{self, Trial};

use super::args::TuneCall;
use super::console::{Console, Named};

/// Tries thresholds, and tells what each gives.
pub(crate) fn run(mut call: TuneCall) -> anyhow::Result<()> {
    call.deciding.reads(&mut call.reading);
    let config = call.relating.complete(call.deciding.config()?)?;
    let trial = trial(&call)?;
    let console = Console::open(&call.reading, Filter::default(), &call.telling)?;
    let config = call.telling.bounded(config, console.interrupt.clone());
    let rejects = call.reading.rejects.as_deref();
    console.keep_apart(&Named {
        written: call.output.as_deref().into_iter().chain(rejects).collect(),
        ..Named::default()
    })?;
    let rejects = rejects.map(Destination::named);
    let rejects = rejects.map(|to| OutputFile::create(&to, Compression::of_name(to.name())));
    let rejects = rejects.transpose()?;
    let page = call.output.as_deref().map(Destination::named);
    let page = page.map(|to| OutputFile::create(&to, Compression::None));
    let page = page.transpose()?;
    let on_stage = |stage| console.stage(stage);
    let found = tune::tune(&console.corpus, &config, &trial, &on_stage)?;
    let rejects = rejects.map(|file| {
        let mut written = rejects::write(&console.corpus, file)?;
        rejects::write_unread(&console.corpus, &mut written)?;
        written.close()
    });
    let mut closed: Vec<Closed> = rejects.transpose()?.into_iter().collect();
    if let Some(mut page) = page {
        let name = page.name().to_owned();
        let written = page.write_all(found.page().as_bytes());
        written.map_err(|error| Error::io(name, error))?;
        closed.push(page.close()?);
    }
    console.finish();
    let text = match call.json {
        true => {
            let json = serde_json::to_string_pretty(&found)? + "\n";
            harmless_json(&json).into_owned()
        }
        false => harmless(&found.to_string()).into_owned(),
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Error::io("-", error))?;
    console.commit(closed)?;
    Ok(console.verdict(&call.reading)?)
}

fn trial(call: &TuneCall) -> Result<Trial> {
    let refused = |name: &'static str, value: String, expected: &str| ErrorKind::Setting {
        name,
        value,
        expected: expected.to_owned(),
    };
    if let Some(name) = &call.deciding.furniture_out {
        let expected = "asked of `cluster`, which writes it";
        let name = name.display().to_string();
        return Err(refused("--furniture-out", name, expected).into());
    }
    if call.sample == 0 {
        return Err(refused("--sample", "0".to_owned(), "1 or more").into());
    }
    let threshold = |&share: &f64| {
        if share < 0.05 {
            return Err(refused("--thresholds", share.to_string(), "from 0.05 to 1").into());
        }
        Threshold::new("--thresholds", share)
    };
    let thresholds: Result<Vec<Threshold>> = call.thresholds.iter().map(threshold).collect();
    let story_thresholds = call.story_thresholds.iter();
    let story_thresholds =
        story_thresholds.map(|&share| Threshold::new("--story-thresholds", share));
    Ok(Trial {
        thresholds: thresholds?,
        story_thresholds: story_thresholds.collect::<Result<_>>()?,
        sample: call.sample,
    })
}
