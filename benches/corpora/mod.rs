//! Seeded texts: no real article, but words of real length, in the scripts that take different paths.

use samestory::corpus::Article;

/// SplitMix64: the same numbers on every machine.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// A language as the kernel meets it: its words, and the marks between them.
pub(crate) struct Language {
    pub(crate) name: &'static str,
    words: &'static str,
    /// What stands between two words, what ends a sentence, and what a quotation stands in.
    marks: (&'static str, &'static str, [&'static str; 2]),
}

/// The languages that are measured.
pub(crate) const LANGUAGES: [Language; 7] = [
    Language {
        name: "English",
        words: ENGLISH,
        marks: (" ", ". ", ["\"", "\""]),
    },
    Language {
        name: "English, typographic quotes",
        words: ENGLISH,
        marks: (" ", ". ", ["“", "”"]),
    },
    Language {
        name: "German",
        words: "der die das und in den von für über nach Gemeinderat Bürgermeister Prüfung Straße Brücke Wähler Gericht \
                Behörde größten Mittwoch Krankenhaus Verkehr Minister erklärte früher während Unternehmen Millionen \
                Zukunft Haushalt können wurde Prozent Europäische Polizei Feuerwehr Entscheidung Bevölkerung Öffnung",
        marks: (" ", ". ", ["„", "“"]),
    },
    Language {
        name: "Russian",
        words: "в на и что по город область президент заявил министр после года вчера компания рынок решение совет \
                жители больница дорога новый первый школа проект безопасность реформа выборы партия суд дело река \
                пожар ветер температура снег погода движение закон бюджет",
        marks: (" ", ". ", ["«", "»"]),
    },
    Language {
        name: "Arabic",
        words: "في من على إلى أن قال الرئيس الحكومة المدينة الوزير بعد اليوم الشركة السوق قرار المجلس السكان المستشفى \
                الطريق الجديد المدرسة مشروع الأمن الانتخابات المحكمة النهر حريق الرياح درجة الحرارة القانون الميزانية",
        marks: (" ", "، ", ["«", "»"]),
    },
    Language {
        name: "Chinese",
        words: "市政府 公布 新的 计划 居民 表示 支持 交通 桥梁 工程 预计 明年 完成 记者 了解 项目 总 投资 专家 认为 \
                对 地方 经济 发展 具有 重要 意义 学校 医院 附近 道路 将 暂时 封闭 天气 预报 显示 本周 有 大雨",
        marks: ("", "。", ["“", "”"]),
    },
    Language {
        name: "Japanese",
        words: "市長は 新しい 橋の 工事を 来年 から 始めると 発表した 住民の 多くは 計画に 賛成して いるが 費用が \
                高すぎる という 声も ある サッカー チーム ニュース によると 台風の 影響で 電車が 止まり 学校は \
                休みに なった 警察が 調べている 政府は 予算を 見直す 考えを 示した",
        marks: ("", "。", ["「", "」"]),
    },
];

const ENGLISH: &str = "the of and to in a for that on said with council harbour ministers after a was week by market \
    police at from election their prices company according two hospital reported would river school bridge officials \
    which before government Friday decision is residents an new plan it country investigation over against million";

impl Language {
    /// A sentence of 8 to 24 words.
    pub(crate) fn sentence(&self, numbers: &mut Numbers) -> String {
        let words: Vec<&str> = self.words.split_whitespace().collect();
        let (space, stop, [open, close]) = self.marks;
        let length = 8 + numbers.below(17);
        let quoted = numbers.below(4) == 0;
        let mut sentence = String::new();
        for at in 0..length {
            if at > 0 {
                sentence.push_str(space);
            }
            if quoted && at == 4 {
                sentence.push_str(open);
            }
            // Numbers keep a small vocabulary from making one sentence twice.
            match numbers.below(30) {
                0 => sentence.push_str(&numbers.below(10_000).to_string()),
                _ => sentence.push_str(words[numbers.below(words.len())]),
            }
        }
        if quoted {
            sentence.push_str(close);
        }
        sentence.push_str(stop);
        sentence
    }

    /// Paragraphs of three sentences, of at least this many bytes in all.
    pub(crate) fn text(&self, bytes: usize, numbers: &mut Numbers) -> String {
        let mut text = String::with_capacity(bytes + 1024);
        while text.len() < bytes {
            for _ in 0..3 {
                text.push_str(&self.sentence(numbers));
            }
            text.push('\n');
        }
        text
    }
}

/// English pages of 25 sites: a menu, an article of about 3 kB, a ranking of other articles, a foot. Every fifth article
/// is the one before it, reprinted by the next site.
pub(crate) fn pages(count: usize) -> Vec<Article<'static>> {
    const SITES: usize = 25;
    let mut numbers = Numbers::new(7);
    let english = &LANGUAGES[0];
    let mut body = String::new();
    let mut titles: Vec<String> = Vec::with_capacity(count);
    let mut pages = Vec::with_capacity(count);
    for id in 0..count {
        let site = id % SITES;
        if id % 5 != 4 {
            body = english.text(3_000, &mut numbers);
        }
        titles.push(english.sentence(&mut numbers));
        let mut text = format!(
            "Site {site}\nNews {site}\nSport {site}\nWeather {site}\nSubscribe {site}\n{body}MOST READ {site}\n"
        );
        for _ in 0..5 {
            text.push_str(titles[numbers.below(titles.len())].trim_end());
            text.push('\n');
        }
        text.push_str(&format!(
            "Copyright site {site}, all rights reserved\nContact site {site}\n"
        ));
        pages.push(Article {
            external_id: Some(id.to_string().into()),
            title: titles[id].trim_end().to_owned().into(),
            text: text.into(),
            source: Some(format!("site-{site}.example").into()),
            ..Article::default()
        });
    }
    pages
}
