//! Remedies: what to do about an error, which only the command line knows, since it knows its flags.

use std::io;

use samestory::error::{Error, ErrorKind, RemoteFault};

/// What a user can do about an error.
pub fn of(error: &Error) -> Option<String> {
    match error.kind() {
        ErrorKind::Index { reason, .. } => of_index(reason),
        ErrorKind::Remote { address, fault } => of_remote(address, fault),
        ErrorKind::Io { source, .. } => of_io(source.kind()),
        kind => of_inputs(kind)
            .or_else(|| of_outputs(kind))
            .or_else(|| of_kept(kind)),
    }
}

/// What can be done about inputs.
fn of_inputs(kind: &ErrorKind) -> Option<String> {
    let remedy = match kind {
        ErrorKind::NoTextField { .. } => "name the text field with --text-field".to_owned(),
        ErrorKind::TitlesOnly { unused, .. } => match unused {
            Some(unused) => format!("name the text field: --text-field {}", unused.field),
            None => "leave out --strict to compare titles alone, or say so: --text-field with the field of the titles".to_owned(),
        },
        ErrorKind::Unread { .. } => {
            "the outputs are written; convert these files, or take it as it is with --lenient; --rejects lists them".to_owned()
        }
        ErrorKind::NoHeader { guess, .. } => {
            format!("say what its columns are, such as --columns {}", guess.join(","))
        }
        ErrorKind::UnknownField { .. } => "name one of these, or leave the flag out".to_owned(),
        ErrorKind::BadRecord { reason, .. } if reason.contains("clusters table") => {
            "make the table from the same inputs, or leave out --clusters".to_owned()
        }
        ErrorKind::BadRecord { reason, .. } if reason.contains("taken apart") => {
            "leave out --strip-furniture, or write in the input's own format".to_owned()
        }
        ErrorKind::BadRecord { .. } => "leave out --strict to pass over bad records".to_owned(),
        ErrorKind::NoInput { .. } => {
            "give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some"
                .to_owned()
        }
        ErrorKind::UnknownId { .. } => {
            "ids are those of the column article_id of the clusters table".to_owned()
        }
        ErrorKind::TooMuch { .. } => {
            "a file made to fill a machine is such; if it is none, allow it more with --max-ratio"
                .to_owned()
        }
        ErrorKind::Changed { .. } => "run again once nothing writes to it".to_owned(),
        _ => return None,
    };
    Some(remedy)
}

/// What can be done about what is written, and the room for it.
fn of_outputs(kind: &ErrorKind) -> Option<String> {
    let remedy = match kind {
        ErrorKind::MixedForms { .. } => "write to a folder: -o OUTDIR/".to_owned(),

        ErrorKind::Unfit { reason, .. } if reason.contains("marks") => {
            "write to a file of columns or keys instead: -o out.jsonl, .csv or .parquet".to_owned()
        }
        ErrorKind::Unfit { reason, .. } if reason.contains("cleaned") => {
            "write the texts alone instead: -o out.jsonl, .csv or .parquet".to_owned()
        }
        ErrorKind::Unfit { reason, .. } if reason.contains("columns") => {
            "write JSON lines instead: -o out.jsonl".to_owned()
        }
        ErrorKind::Unfit { .. } => "give -o the ending of the input's own format".to_owned(),
        ErrorKind::Clash { reason, .. } if reason.contains(" and ") => {
            "give the folder that holds both as one input, or write them to two folders".to_owned()
        }
        ErrorKind::Clash { .. } => "write elsewhere".to_owned(),
        ErrorKind::Occupied { reason, .. } if reason.contains("earlier run wrote ") => {
            match reason.starts_with("no ") {
                true => "move it away, or name another folder".to_owned(),
                false => "name another folder, or give --overwrite to replace these files and no others".to_owned(),
            }
        }
        ErrorKind::Occupied { .. } => "name a folder that is empty, or not there yet".to_owned(),
        ErrorKind::HalfDone { .. } => {
            "see to what the system said, and give the same command again".to_owned()
        }
        ErrorKind::TooManyRemoved { .. } => {
            "look at what would go (--removed FILE, without --max-removed), then allow more, or let less be a copy: --copy-threshold, --within"
                .to_owned()
        }
        ErrorKind::Spill { .. } | ErrorKind::NoSpace { .. } => {
            "make room there, name another folder with --temp-dir, or give more --memory".to_owned()
        }
        ErrorKind::Memory { .. } => "give more --memory".to_owned(),
        _ => return None,
    };
    Some(remedy)
}

/// What can be done about tables and states of earlier runs.
fn of_kept(kind: &ErrorKind) -> Option<String> {
    let remedy = match kind {
        ErrorKind::Table { reason, .. } if reason.contains("kinds of records") => {
            "make the table anew, or leave out --drop and --max-per-form".to_owned()
        }
        ErrorKind::Table { reason, .. } if reason.contains("other inputs") => {
            "make the table from the same inputs, or leave out --clusters".to_owned()
        }
        ErrorKind::Table { reason, .. } if reason.contains("these inputs") => {
            "give --input all that the table was made from, named as then and read with the same flags"
                .to_owned()
        }
        ErrorKind::Table { reason, .. } if is_unsound(reason) => {
            "the table was edited or cut off: make it anew, or leave it out".to_owned()
        }
        ErrorKind::Table { .. } => {
            "give clusters as samestory writes them; a gold has id,cluster or id_a,id_b,label"
                .to_owned()
        }
        ErrorKind::State { reason, .. } if reason.contains("standard input") => {
            "write it to a file, and give that".to_owned()
        }
        ErrorKind::State { reason, .. } if reason.contains("other settings") => {
            "give the settings it was made with, or make it anew: samestory cluster INPUT... --state FOLDER"
                .to_owned()
        }
        ErrorKind::State { reason, .. } if reason.contains("not replaced") => {
            "move it away, or name another folder".to_owned()
        }
        ErrorKind::State { .. } => {
            "make it anew from these inputs: samestory cluster INPUT... --state FOLDER".to_owned()
        }
        _ => return None,
    };
    Some(remedy)
}

/// What to do about an index.
fn of_index(reason: &str) -> Option<String> {
    let signs = [
        ("no index here", "make one: samestory index create FOLDER"),
        (
            "without texts",
            "make an index with texts from the articles, and ask that: samestory index create FOLDER",
        ),
        (
            "an index already",
            "take articles into it: samestory index ingest FOLDER INPUT...",
        ),
        ("not empty", "name a folder that is empty, or not there yet"),
        (
            "somebody else writes",
            "run again once that is done; whoever only reads need not wait",
        ),
        ("--keep-by", "choose by --keep or --prefer"),
        (
            "other settings",
            "leave the flag out, or make another index with it: samestory index create FOLDER",
        ),
        (
            "an earlier samestory",
            "bring it to this form: samestory index rebuild FOLDER",
        ),
        (
            "of form",
            "read it with the samestory that wrote it, or make it anew from the articles",
        ),
        (
            "of version",
            "read it with the samestory that wrote it, or make it anew from the articles",
        ),
        ("cursor", "begin anew: --after 0"),
        (
            "damaged",
            "put back a copy of the folder, or make it anew from the articles; `samestory index check FOLDER` names all that is wrong",
        ),
        (
            "cut off",
            "put back a copy of the folder, or make it anew from the articles; `samestory index check FOLDER` names all that is wrong",
        ),
        (
            "missing",
            "put back a copy of the folder, or make it anew from the articles; `samestory index check FOLDER` names all that is wrong",
        ),
    ];
    let found = signs.iter().find(|(sign, _)| reason.contains(sign));
    found.map(|(_, remedy)| (*remedy).to_owned())
}

/// Whether a clusters table says what cannot be.
fn is_unsound(reason: &str) -> bool {
    let signs = ["names no row", "do not say", "article_id \""];
    signs.iter().any(|sign| reason.contains(sign))
}

/// What to do about what lies elsewhere.
fn of_remote(address: &str, fault: &RemoteFault) -> Option<String> {
    let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
    let remedy = match (fault, scheme) {
        (RemoteFault::NoCredentials, "gs") => {
            "set GOOGLE_APPLICATION_CREDENTIALS, or GOOGLE_SKIP_SIGNATURE=true for a public bucket"
        }
        (RemoteFault::NoCredentials, "s3" | "s3a") => {
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true for a public bucket"
        }
        (RemoteFault::NoCredentials, _) => {
            "set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or AZURE_SKIP_SIGNATURE=true for a public container"
        }
        (RemoteFault::Denied(_), "hf") => {
            "accept the data set's terms on its page, and set HF_TOKEN"
        }
        (RemoteFault::Denied(_), "http" | "https") => {
            "take an address that is open, or a signed one"
        }
        (RemoteFault::Denied(_), _) => {
            "check the credentials in the environment, and what they may do"
        }
        (RemoteFault::Missing, _) => "check the address; a folder or a pattern must hold something",
        (RemoteFault::Broken(_), _) => "check the connection, and run again; nothing was written",
        (RemoteFault::NotBuilt, _) => {
            "fetch it first, or pipe it in as -; or build with --features remote"
        }
        _ => return None,
    };
    Some(remedy.to_owned())
}

fn of_io(kind: io::ErrorKind) -> Option<String> {
    let remedy = match kind {
        io::ErrorKind::NotFound => "check the path; a folder to write to must be there",
        io::ErrorKind::IsADirectory => "name a file in it",
        io::ErrorKind::StorageFull => "make room, or write elsewhere with -o",
        io::ErrorKind::PermissionDenied => "check who may read or write it",
        _ => return None,
    };
    Some(remedy.to_owned())
}
