//! Codes of languages, as records and filters name them.

use whatlang::Lang;

/// One code for one language, however a record names it: `en-GB`, `eng` and `English` are `eng`.
pub(crate) fn code(name: &str) -> Option<String> {
    let name = name.trim().to_lowercase();
    let main = name.split(['-', '_']).next().unwrap_or_default();
    if main.is_empty() || matches!(main, "und" | "unknown" | "null" | "none" | "mul" | "zxx") {
        return None;
    }
    let other = OTHER_CODES
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .find(|(other, _)| *other == main)
        .map_or(main, |(_, code)| code);
    let known = Lang::from_code(other).or_else(|| {
        let mut all = Lang::all().iter().copied();
        all.find(|lang| lang.eng_name().to_lowercase() == name)
    });
    // What is neither a name nor like a code is no language, whatever its field is called.
    let is_code =
        matches!(other.len(), 2..=3) && other.bytes().all(|byte| byte.is_ascii_lowercase());
    let known = known.map(|lang| lang.code());
    known.or(is_code.then_some(other)).map(str::to_owned)
}

/// Codes of ISO 639-1 and 639-2 and those of ISO 639-3 for the same languages.
const OTHER_CODES: &str = "af=afr am=amh ar=ara az=aze be=bel bg=bul bn=ben ca=cat cs=ces cy=cym da=dan de=deu el=ell en=eng \
    eo=epo es=spa et=est eu=eus fa=pes fi=fin fr=fra ga=gle gl=glg gu=guj he=heb hi=hin hr=hrv hu=hun hy=hye id=ind is=isl \
    it=ita iw=heb ja=jpn jv=jav ka=kat kk=kaz km=khm kn=kan ko=kor la=lat lt=lit lv=lav mk=mkd ml=mal mn=mon mr=mar ms=msa \
    mt=mlt my=mya nb=nob ne=nep nl=nld nn=nno no=nob or=ori pa=pan pl=pol pt=por ro=ron ru=rus si=sin sk=slk sl=slv sn=sna \
    sq=sqi sr=srp sv=swe sw=swa ta=tam te=tel th=tha tk=tuk tl=tgl tr=tur uk=ukr ur=urd uz=uzb vi=vie yi=yid zh=cmn zu=zul \
    alb=sqi arm=hye baq=eus bur=mya chi=cmn cze=ces dut=nld fas=pes fre=fra geo=kat ger=deu gre=ell ice=isl mac=mkd may=msa \
    nor=nob per=pes rum=ron slo=slk wel=cym yid=ydd zho=cmn";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_language_has_one_code() {
        for name in ["en", "EN-gb", "eng", "English", "en_US", " English "] {
            assert_eq!(code(name).as_deref(), Some("eng"), "{name}");
        }
        for name in ["zh", "chi", "zho", "cmn", "zh-Hant", "Mandarin"] {
            assert_eq!(code(name).as_deref(), Some("cmn"), "{name}");
        }
        assert_eq!(code("tlh").as_deref(), Some("tlh"));
        for name in [
            "", " ", "und", "unknown", "null", "4711", "a7f3", "politics",
        ] {
            assert_eq!(code(name), None, "{name}");
        }
    }

    #[test]
    fn all_codes_lead_to_languages_that_are_known_or_to_none_but_themselves() {
        for (from, to) in OTHER_CODES
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='))
        {
            assert!(from.len() < 4 && to.len() == 3 && from != to, "{from}={to}");
        }
    }
}
