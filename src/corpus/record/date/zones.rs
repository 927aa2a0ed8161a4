//! Zones of time, by their abbreviations and by the names of the tz database.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// How many minutes ahead of UTC a zone is. Where an abbreviation has several meanings, the one news agencies use.
pub(super) fn minutes(word: &str) -> Option<i64> {
    Some(match word {
        "z" | "ut" | "utc" | "gmt" | "wet" => 0,
        "bst" | "cet" | "west" | "wat" => 60,
        "cest" | "eet" | "sast" | "cat" => 120,
        "eest" | "msk" | "eat" => 180,
        "gst" => 240,
        "pkt" => 300,
        "ist" => 330,
        "npt" => 345,
        "wib" | "ict" => 420,
        "sgt" | "hkt" | "pht" | "awst" | "myt" => 480,
        "jst" | "kst" => 540,
        "acst" => 570,
        "aest" => 600,
        "aedt" => 660,
        "nzst" => 720,
        "nzdt" => 780,
        "nst" => -210,
        "brt" | "art" | "adt" => -180,
        "edt" | "ast" => -240,
        "est" | "cdt" | "et" => -300,
        "cst" | "mdt" => -360,
        "mst" | "pdt" => -420,
        "pst" | "akdt" => -480,
        "akst" => -540,
        "hst" => -600,
        _ => return None,
    })
}

/// The moment that a zone's clocks show so; `None` where nobody knows the zone.
pub(super) fn moment(shown: DateTime, zone: &str) -> Option<i64> {
    let zone = TimeZone::get(zone).ok()?;
    Some(zone.to_timestamp(shown).ok()?.as_second())
}
