//! Parts of a title: what stands between bars, dashes, brackets, and before a colon.

use std::ops::Range;

use crate::kernel::is_spaceless;

/// Cuts a title into its parts; one without a separator is one part.
pub(super) fn parts(title: &str, found: &mut Vec<Range<usize>>) {
    found.clear();
    let is_paired = title.contains('«') && title.contains('»');
    let (mut start, mut before) = (0, ' ');
    let mut letters = title.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let behind = letters.peek().map_or(' ', |next| next.1);
        let is_quote = is_paired && matches!(c, '«' | '»');
        if !c.is_alphanumeric() && !is_quote && separates(before, c, behind) {
            add(title, start..at, found);
            start = at + c.len_utf8();
        }
        before = c;
    }
    add(title, start..title.len(), found);
}

fn add(title: &str, part: Range<usize>, found: &mut Vec<Range<usize>>) {
    if title[part.clone()].contains(char::is_alphanumeric) {
        found.push(part);
    }
}

/// Whether a mark stands between two parts. A hyphen does not, nor a colon between figures.
fn separates(before: char, mark: char, behind: char) -> bool {
    let beside = |c: char| c.is_whitespace() || c == mark;
    let in_spaceless = is_spaceless(before) || is_spaceless(behind);
    match mark {
        '|' | '｜' | '丨' | '—' | '―' | '•' | '：' => true,
        '(' | ')' | '[' | ']' | '（' | '）' | '［' | '］' | '【' | '】' | '〔' | '〕' => {
            true
        }
        ':' => beside(before) || beside(behind) || in_spaceless,
        '-' | '–' | '−' | '_' => beside(before) && beside(behind) || in_spaceless,
        '·' | '・' | '/' | '<' | '>' | '‹' | '›' | '«' | '»' | '~' | '*' => {
            beside(before) && beside(behind)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_cut_where_a_reader_sees_a_part_end() {
        let cut = |title: &str| {
            let mut found = Vec::new();
            parts(title, &mut found);
            let found = found.into_iter().map(|part| title[part].trim().to_owned());
            found.collect::<Vec<_>>()
        };
        let same = |title: &str| assert_eq!(cut(title), [title]);
        assert_eq!(
            cut("Otters in the weir | The Skerrow Gazette"),
            ["Otters in the weir", "The Skerrow Gazette"]
        );
        assert_eq!(
            cut("Live: ferry-goers wait - Part 2 (video)"),
            ["Live", "ferry-goers wait", "Part 2", "video"]
        );
        assert_eq!(cut("Nebel :: Hafenbote"), ["Nebel", "Hafenbote"]);
        assert_eq!(
            cut("【速報】橋が閉鎖_灯台新聞"),
            ["速報", "橋が閉鎖", "灯台新聞"]
        );
        assert_eq!(cut("Порт закрыт » Маяк"), ["Порт закрыт", "Маяк"]);
        same("Прилив победил «Маяк» со счётом 2:1 в 13:45");
        same("Wind- und Wetterbericht für 2020–2021");
    }
}
