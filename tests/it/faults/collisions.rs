//! Words made to have one hash: what such a text can do is bounded, and nothing is lost of it.

use std::collections::HashMap;
use std::time::Instant;

use crate::command::{Folder, json_line, rows};

/// What tokens are hashed with; it never changes.
const SECRET: [u64; 2] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db];

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

fn letters(number: u64) -> [u8; 8] {
    let mut seed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995;
    std::array::from_fn(|_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        b'a' + ((seed >> 40) % 16) as u8
    })
}

/// Pairs of words of sixteen letters, the two of each with one hash.
///
/// After its first eight letters the hash of a word is a number that the next eight are put over: where two such numbers
/// differ in the lower bits of their bytes alone, letters can make up for the difference.
fn colliding(pairs: usize) -> Vec<[String; 2]> {
    let state = |eight: [u8; 8]| fold(SECRET[0] ^ 16 ^ u64::from_le_bytes(eight), SECRET[1]);
    const UPPER: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let mut found = Vec::new();
    for number in 0.. {
        let one = letters(number);
        let Some(other) = seen.insert(state(one) & UPPER, number) else {
            continue;
        };
        let other = letters(other);
        let difference = state(one) ^ state(other);
        // From `a` to `o` and one beyond: any four lower bits but none.
        let ends = (0..400u64).find_map(|at| {
            let end = u64::from_le_bytes(letters(number ^ at << 40));
            let is_letter = |word: u64| word.to_le_bytes().iter().all(u8::is_ascii_lowercase);
            is_letter(end ^ difference).then_some([end, end ^ difference])
        });
        let Some([end, other_end]) = ends else {
            continue;
        };
        let word = |start: [u8; 8], end: u64| {
            let bytes = [start, end.to_le_bytes()].concat();
            String::from_utf8(bytes).expect("these are letters")
        };
        found.push([word(one, end), word(other, other_end)]);
        if found.len() == pairs {
            break;
        }
    }
    found
}

#[test]
fn ten_thousand_texts_of_colliding_words_take_linear_time_and_each_is_a_row() {
    let words = colliding(40);
    // Each text takes one word or the other of each pair, by the bits of its number.
    let text = |number: u64| {
        let bits = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let word = |(at, pair): (usize, &[String; 2])| pair[(bits >> at & 1) as usize].clone();
        words
            .iter()
            .enumerate()
            .map(word)
            .collect::<Vec<_>>()
            .join(" ")
    };
    const TEXTS: u64 = 10_000;
    let dump = (0..TEXTS).map(|number| json_line(&number.to_string(), "", &text(number)));
    let folder = Folder::with("dump.jsonl", dump.collect::<String>());
    let started = Instant::now();
    let table = rows(&folder.run(&["cluster", "dump.jsonl", "--quiet"]).done());
    // On a machine with other work, by a build without optimization: all pairs would take hours.
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
    assert_eq!(table.len() as u64, TEXTS + 1);
    // So it is said: whoever writes pages can have two texts of theirs called equal.
    assert!(table[1..].iter().all(|row| row[2] == table[1][2]));
}

/// Texts that share a few colliding words, and are of their own otherwise: they meet in the same places.
#[test]
fn texts_that_are_made_to_meet_in_one_bucket_take_linear_time() {
    let words = colliding(12);
    let text = |number: u64| {
        let shared = words.iter().map(|pair| pair[(number % 2) as usize].clone());
        let own = (0..60)
            .map(|at| String::from_utf8(letters(number << 8 | at).to_vec()).expect("letters"));
        shared.chain(own).collect::<Vec<_>>().join(" ")
    };
    const TEXTS: u64 = 10_000;
    let dump = (0..TEXTS).map(|number| json_line(&number.to_string(), "", &text(number)));
    let folder = Folder::with("dump.jsonl", dump.collect::<String>());
    let started = Instant::now();
    let table = rows(&folder.run(&["cluster", "dump.jsonl", "--quiet"]).done());
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
    assert_eq!(table.len() as u64, TEXTS + 1);
    assert!(
        table[1..].iter().all(|row| row[0] == row[2]),
        "they share too little"
    );
}
