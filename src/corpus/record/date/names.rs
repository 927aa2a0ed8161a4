//! What months, days, halves of the day and times past are called, in the languages that are told apart.
//!
//! Made by scripts/date_names.py from the Unicode Common Locale Data Repository; do not edit. Words are without case, points and
//! accents, with bars between.

/// The words for each month.
pub(super) const MONTHS: [&str; 12] = [
    "de gen|de gener|ene|enero|gen|gener|gennaio|ian|ianuarie|ianuarii|ianuarius|ion|ionawr|jaan|jaanuar|jan|\
    janeiro|janner|januar|januara|januari|januarie|januaro|january|januwari|janv|janvaris|janvier|led|leden|ledna|\
    ndi|ndira|oca|ocak|saus|sausio|sausis|sij|sijecanj|sijecnja|sty|styczen|stycznia|tammi|tammikuu|tammikuuta|yan|\
    yanvar|yanwar|ɔpɛpɔn|ιαν|ιανουαριοσ|ιανουαριου|сту|студзень|студзеня|січ|січень|січня|янв|январ|январь|января|\
    яну|януари|јан|јанвар|јануар|јануари|հնվ|հունվար|հունվարի|יאנ|יאנואר|ינואר|ינו׳|جانفي|جنوری|كانون الثاني|يناير|\
    ژانویه|जनवरी|जन॰|जाने|जानेवारी|জানু|জানুয়ারী|ਜਨ|ਜਨਵਰੀ|જાન્યુ|જાન્યુઆરી|ଜାନୁଆରୀ|ஜன|ஜனவரி|జన|జనవరి|ಜನ|ಜನವರಿ|ജനു|\
    ജനുവരി|ජන|ජනවාරි|ม ค|มกราคม|ဇန်|ဇန်နဝါရီ|იან|იანვარი|ጃን|ጃንዋሪ|មករា|一月",
    "chw|chwef|chwefror|de febr|de febrer|feb|febbraio|febr|febrer|febrero|februar|februara|februari|februarie|\
    februarii|februaris|februarius|februaro|february|februwari|fev|fevereiro|fevr|fevral|fevrier|few|fewral|helmi|\
    helmikuu|helmikuuta|kuk|kukadzi|lut|lutego|luty|peb|pebrero|sub|subat|uno|unor|unora|vas|vasario|vasaris|veebr|\
    veebruar|velj|veljaca|veljace|ɔgyefoɔ|φεβ|φεβρουαριοσ|φεβρουαριου|лют|лютага|лютии|лютого|люты|феб|фебруар|фев|\
    февр|феврал|февраль|февраля|февруари|փետրվար|փետրվարի|փտվ|פברואר|פבר׳|פעב|פעברואר|شباط|فبراير|فروری|فوریه|\
    فيفري|फ़रवरी|फ़र॰|फेब्रु|फेब्रुअरी|फेब्रुवारी|ফেব|ফেব্রুয়ারী|ਫ਼ਰ|ਫ਼ਰਵਰੀ|ફેબ્રુ|ફેબ્રુઆરી|ଫେବୃଆରୀ|பிப்|\
    பிப்ரவரி|ఫిబ్ర|ఫిబ్రవరి|ಫೆಬ್ರ|ಫೆಬ್ರವರಿ|ഫെബ്രു|ഫെബ്രുവരി|පෙබ|පෙබරවාරි|ก พ|กุมภาพันธ์|ဖေ|ဖေဖော်ဝါရီ|თებ|\
    თებერვალი|ፌብ|ፌብሩዋሪ|កុម្ភៈ|二月",
    "bre|brezen|brezna|de marc|kov|kovas|kovo|kur|kurume|maalis|maaliskuu|maaliskuuta|maart|mar|marc|marca|march|\
    marcius|marco|marec|maret|mars|marso|mart|martie|martii|martius|marto|marts|marz|marzec|marzo|mas|mashi|maw|\
    mawrth|mrt|ozu|ozujak|ozujka|ɔbɛnem|μαρ|μαρτιοσ|μαρτιου|бер|березень|березня|мар|март|марта|сак|сакавік|\
    сакавіка|մարտ|մարտի|մրտ|מערץ|מרץ|اذار|مارس|مارچ|मार्च|মার্চ|ਮਾਰਚ|માર્ચ|ମାର୍ଚ୍ଚ|மார்|மார்ச்|మార్చి|ಮಾರ್ಚ್|മാർ|\
    മാർച്ച്|මාර්|මාර්තු|มี ค|มีนาคม|မတ်|მარ|მარტი|ማርች|មីនា|三月",
    "abr|abril|apr|aprel|april|aprila|aprile|aprilie|aprilis|aprill|aprilo|avr|avril|bal|balandis|balandzio|dub|\
    duben|dubna|d’abr|d’abril|ebr|ebrill|eph|ephreli|huhti|huhtikuu|huhtikuuta|kub|kubvumbi|kwi|kwiecien|kwietnia|\
    nis|nisan|oforisuo|tra|travanj|travnja|απρ|απριλιοσ|απριλιου|апр|апрел|апрель|апреля|април|квіт|квітень|квітня|\
    кра|красавік|красавіка|ապր|ապրիլ|ապրիլի|אפר|אפריל|אפר׳|ابريل|افريل|اوریل|اپریل|نيسان|अप्रिल|अप्रैल|एप्रि|\
    एप्रिल|এপ্রি|এপ্রিল|ਅਪ੍ਰੈ|ਅਪ੍ਰੈਲ|એપ્રિલ|ଅପ୍ରେଲ|ஏப்|ஏப்ரல்|ఏప్రి|ఏప్రిల్|ಏಪ್ರಿ|ಏಪ್ರಿಲ್|ഏപ്രി|ഏപ്രിൽ|අප්රේල්|\
    เม ย|เมษายน|ဧ|ဧပြီ|აპრ|აპრილი|ኤፕሪ|ኤፕሪል|មេសា|四月",
    "chivabvu|chv|de maig|geg|geguze|geguzes|kve|kveten|kvetna|kɔtɔnimma|mag|maggio|mai|maig|maii|maijs|maio|maius|\
    maj|maja|majo|majus|may|mayo|mayıs|mei|mey|meyi|svi|svibanj|svibnja|touko|toukokuu|toukokuuta|μαι|μαιοσ|μαιου|\
    маи|мая|мај|трав|травень|травня|մայիս|մայիսի|մյս|מאי|מיי|ايار|ماي|مايو|مه|ميی|मई|मे|মে|ਮਈ|મે|ମଇ|மே|మే|ಮೇ|മേയ്|\
    මැයි|พ ค|พฤษภาคม|မေ|მაი|მაისი|ሜይ|ឧសភា|五月",
    "ayɛwohomumu|birz|birzelio|birzelis|cerven|cervna|chikumi|chk|cvn|cze|czerwca|czerwiec|de juny|giu|giugno|haz|\
    haziran|hun|hunyo|iun|iunie|iunii|iunius|iyn|iyun|juin|jun|juna|june|junho|juni|junie|junij|junijs|junio|\
    junius|juny|juuni|kesa|kesakuu|kesakuuta|lipanj|lipnja|meh|mehefin|ιουν|ιουνιοσ|ιουνιου|июн|июнь|июня|ијн|ијун|\
    черв|червень|червня|чэр|чэрвень|чэрвеня|юни|јун|јуни|հնս|հունիս|հունիսի|יוני|جوان|جون|حزيران|يونيو|ژوين|जुन|\
    जून|জুন|ਜੂਨ|જૂન|ଜୁନ|ஜூன்|జూన్|ಜೂನ್|ജൂൺ|ජූනි|มิ ย|มิถุนายน|ဇွန်|ივნ|ივნისი|ጁን|មិថុនា|六月",
    "cervence|cervenec|chg|chikunguru|cvc|de jul|de juliol|gor|gorff|gorffennaf|heina|heinakuu|heinakuuta|hul|hulyo|\
    iul|iulie|iulii|iulius|iyl|iyul|juil|juill|juillet|jul|jula|julayi|julho|juli|julie|julij|julijs|julio|juliol|\
    julius|july|juuli|kutawonsa|liep|liepa|liepos|lipca|lipiec|lug|luglio|srpanj|srpnja|tem|temmuz|ιουλ|ιουλιοσ|\
    ιουλιου|июл|июль|июля|ијл|ијул|лип|липень|липня|ліп|ліпень|ліпеня|юли|јул|јули|հլս|հուլիս|հուլիսի|יולי|تموز|\
    جولايی|جويلية|يوليو|يوليوز|ژويیه|जुलाई|जुलै|जुल॰|জুল|জুলাই|ਜੁਲਾ|ਜੁਲਾਈ|જુલાઈ|ଜୁଲାଇ|ஜூலை|జులై|ಜುಲೈ|ജൂലൈ|ජූලි|\
    ก ค|กรกฎาคม|ဇူ|ဇူလိုင်|ივლ|ივლისი|ጁላይ|កក្កដា|七月",
    "ag|aga|agasti|ago|agost|agosto|agt|agu|agustos|agustus|aout|aug|august|augusta|augusti|augusto|augusts|\
    augustus|augusztus|avg|avgust|avq|avqust|awg|awgust|awst|d’ag|d’agost|elo|elokuu|elokuuta|kol|kolovoz|kolovoza|\
    nya|nyamavhuvhu|rugp|rugpjucio|rugpjutis|sie|sierpien|sierpnia|srpen|srpna|ɔsanaa|αυγ|αυγουστοσ|αυγουστου|авг|\
    август|августа|жні|жнівень|жніуня|серп|серпень|серпня|օգոստոս|օգոստոսի|օգս|אוגוסט|אוג׳|אויג|אויגוסט|اب|اغسطس|\
    اوت|اگست|غشت|अगस्ट|अगस्त|अग॰|ऑग|ऑगस्ट|আগ|আগস্ট|ਅਗ|ਅਗਸਤ|ઑગસ્ટ|ଅଗଷ୍ଟ|ஆக|ஆகஸ்ட்|ఆగ|ఆగస్టు|ಆಗ|ಆಗಸ್ಟ್|ഓഗ|ഓഗസ്റ്റ്|\
    අගෝ|අගෝස්තු|ส ค|สิงหาคม|ဩ|ဩဂုတ်|აგვ|აგვისტო|ኦገስ|ኦገስት|សីហា|八月",
    "de set|de setembre|eyl|eylul|gun|gunyana|medi|rugs|rugsejis|rugsejo|ruj|rujan|rujna|sen|sentabr|sentyabr|sep|\
    sept|septembar|september|septembra|septembre|septembrie|septembris|septembro|septhemba|septiembre|set|setembre|\
    setembro|settembre|setyembre|syys|syyskuu|syyskuuta|szept|szeptember|wrz|wrzesien|wrzesnia|zar|zari|ɛbɔ|σεπ|\
    σεπτεμβριοσ|σεπτεμβριου|вер|верасень|верасня|вересень|вересня|сен|сент|сентябр|сентябрь|сентября|сентјабр|сеп|\
    септембар|септември|սեպ|սեպտեմբեր|սեպտեմբերի|סעפ|סעפטעמבער|ספטמבר|ספט׳|ايلول|سبتمبر|ستمبر|سپتامبر|شتنبر|सप्टें|\
    सप्टेंबर|सितंबर|सित॰|सेप्टेम्बर|সেপ|সেপ্টেম্বর|ਸਤੰ|ਸਤੰਬਰ|સપ્ટે|સપ્ટેમ્બર|ସେପ୍ଟେମ୍ବର|செப்|செப்டம்பர்|సెప్టెం|\
    సెప్టెంబర్|ಸೆಪ್ಟೆಂ|ಸೆಪ್ಟೆಂಬರ್|സെപ്റ്റം|സെപ്റ്റംബർ|සැප්|සැප්තැම්බර්|ก ย|กันยายน|စက်|စက်တင်ဘာ|სექ|სექტემბერი|ሴፕቴ|\
    ሴፕቴምበር|កញ្ញា|九月",
    "ahinime|d’oct|d’octubre|eki|ekim|gum|gumiguru|hyd|hydref|loka|lokakuu|lokakuuta|oct|october|octobre|octobris|\
    octombrie|octubre|okt|oktabr|okthoba|oktobar|oktober|oktobra|oktobris|oktobro|oktoober|oktubre|oktyabr|ott|\
    ottobre|out|outubro|paz|pazdziernik|pazdziernika|rij|rijen|rijna|spal|spalio|spalis|οκτ|οκτωβριοσ|οκτωβριου|\
    жовт|жовтень|жовтня|кас|кастрычнік|кастрычніка|окт|октобар|октомври|октябр|октябрь|октября|октјабр|հոկ|\
    հոկտեմբեր|հոկտեմբերի|אוקטובר|אוק׳|אקט|אקטאבער|اكتوبر|اکتبر|اکتوبر|تشرين الاول|अक्टूबर|अक्टू॰|अक्टोबर|ऑक्टो|\
    ऑक्टोबर|অক্টো|অক্টোবর|ਅਕਤੂ|ਅਕਤੂਬਰ|ઑક્ટો|ઑક્ટોબર|ଅକ୍ଟୋବର|அக்|அக்டோபர்|అక్టో|అక్టోబర్|ಅಕ್ಟೋ|ಅಕ್ಟೋಬರ್|\
    ഒക്ടോ|ഒക്ടോബർ|ඔක්|ඔක්තෝබර්|ต ค|ตุลาคม|အောက်|အောက်တိုဘာ|ოქტ|ოქტომბერი|ኦክቶ|ኦክቶበር|តុលា|十月",
    "de nov|de novembre|kas|kasım|lapkr|lapkricio|lapkritis|listopadu|marras|marraskuu|marraskuuta|mbu|mbudzi|nob|\
    nobyembre|noiembrie|nov|novemba|novembar|november|novembra|novembre|novembris|novembro|noviembre|noy|noyabr|\
    obubuo|stu|studeni|studenoga|tach|tachwedd|νοε|νοεμβριοσ|νοεμβριου|лист|листопад|листопада|ліс|лістапад|\
    лістапада|нов|новембар|ное|ноември|ноя|нояб|ноябр|ноябрь|ноября|ној|нојабр|նոյ|նոյեմբեր|նոյեմբերի|נאוו|\
    נאוועמבער|נובמבר|נוב׳|تشرين الثاني|نوامبر|نوفمبر|نومبر|نونبر|नवंबर|नव॰|नोभेम्बर|नोव्हें|नोव्हेंबर|নভে|নভেম্বর|\
    ਨਵੰ|ਨਵੰਬਰ|નવે|નવેમ્બર|ନଭେମ୍ବର|நவ|நவம்பர்|నవం|నవంబర్|ನವೆಂ|ನವೆಂಬರ್|നവം|നവംബർ|නොවැ|නොවැම්බර්|พ ย|พฤศจิกายน|နို|\
    နိုဝင်ဘာ|ნოე|ნოემბერი|ኖቬም|ኖቬምበር|វិច្ឆិកា|十一月",
    "ara|aralık|de des|de desembre|dec|decembar|december|decembra|decembre|decembrie|decembris|decembro|dek|dekabr|\
    des|desember|desembre|dets|detsember|dez|dezember|dezembro|dic|dicembre|diciembre|dis|disemba|disyembre|gru|\
    grudnia|grudzien|gruod|gruodis|gruodzio|joulu|joulukuu|joulukuuta|pro|prosinac|prosinca|prosince|prosinec|rhag|\
    rhagfyr|zvi|zvita|ɔpɛnimma|δεκ|δεκεμβριοσ|δεκεμβριου|груд|грудень|грудня|дек|декабр|декабрь|декабря|декември|\
    дец|децембар|сне|снежань|снежня|դեկ|դեկտեմբեր|դեկտեմբերի|דעצ|דעצעמבער|דצמבר|דצמ׳|دجنبر|دسامبر|دسمبر|ديسمبر|\
    كانون الاول|डिसें|डिसेंबर|डिसेम्बर|दिसंबर|दिस॰|ডিসে|ডিসেম্বর|ਦਸੰ|ਦਸੰਬਰ|ડિસે|ડિસેમ્બર|ଡିସେମ୍ବର|டிச|டிசம்பர்|\
    డిసెం|డిసెంబర్|ಡಿಸೆಂ|ಡಿಸೆಂಬರ್|ഡിസം|ഡിസംബർ|දෙසැ|දෙසැම්බර්|ธ ค|ธันวาคม|ဒီ|ဒီဇင်ဘာ|დეკ|დეკემბერი|ዲሴም|ዲሴምበር|ធ្នូ|\
    十二月",
];

/// Words that are one month in Polish or Czech and another in Croatian.
pub(super) const TWO_MONTHS: &[(&str, [u8; 2])] = &[
    ("lip", [7, 6]),
    ("lis", [11, 10]),
    ("listopad", [11, 10]),
    ("listopada", [11, 10]),
    ("srp", [8, 7]),
];

/// Months that are called so in Polish or Czech alone, and in Croatian alone.
pub(super) const WEST: &str = "bre|brezen|brezna|cerven|cervence|cervenec|cervna|cvc|cvn|cze|czerwca|czerwiec|dub|duben|dubna|gru|grudnia|\
    grudzien|kve|kveten|kvetna|kwi|kwiecien|kwietnia|led|leden|ledna|lipca|lipiec|listopadu|lut|lutego|luty|marzec|\
    paz|pazdziernik|pazdziernika|prosince|prosinec|rij|rijen|rijna|sie|sierpien|sierpnia|srpen|srpna|sty|styczen|\
    stycznia|uno|unor|unora|wrz|wrzesien|wrzesnia|zar|zari";
pub(super) const SOUTH: &str = "kol|kolovoz|kolovoza|lipanj|lipnja|ozu|ozujak|ozujka|prosinac|prosinca|ruj|rujan|rujna|sij|sijecanj|sijecnja|\
    srpanj|srpnja|stu|studeni|studenoga|svi|svibanj|svibnja|tra|travanj|travnja|velj|veljaca|veljace";

pub(super) const DAYS: &str = "ahad|an|ann|anna|antradienis|b|b e|bazar|bazar ertəsi|ben|benada|bil|biy|biyernes|c|c a|car|carsamba|carsenbe|\
    cet|cetrtek|ceturtd|ceturtdiena|cetvrtak|china|chipiri|chishanu|chitatu|chn|chor|chorshanba|chp|chs|cht|\
    chu nhat|cmt|cn|cs|csutortok|ct|ctvrtek|cum|cuma|cumartesi|cumə|cumə axsamı|czw|czwartek|cərsənbə|\
    cərsənbə axsamı|dc|dg|di|dienstag|dies iovis|dies lunae|dies martis|dies mercurii|dies saturni|dies solis|\
    dies veneris|dijous|dilluns|dim|dimanche|dimanco|dimarts|dimecres|dinsdag|dissabte|diumenge|divendres|dj|dl|do|\
    dom|domenica|domingo|dominica|donderdag|donnerstag|ds|dt|dum|duminica|dus|dusenbe|dush|dushanba|dv|dwo|dwoada|\
    dydd gwener|dydd iau|dydd llun|dydd mawrth|dydd mercher|dydd sadwrn|dydd sul|e|esmaspaev|fia|fiada|fr|fre|\
    fredag|freitag|fri|friday|gio|giovedi|gwe|gwen|h|hetfo|hla|huw|huwebes|iau|iov|isonto|ja|jaudo|jeu|jeudi|joi|\
    jue|jueves|jum|juma|jumat|k|kam|kamis|ke|kedd|keskiviikko|keskiviikkona|ketvirtadienis|kolmapaev|kt|kwasiada|\
    kwe|l|la|lau|lauantai|lauantaina|laupaev|laurdag|lin|linggo|llun|lor|lordag|lu|lun|lundi|lundo|lunedi|lunes|\
    luni|lør|lørdag|ma|maanantai|maanantaina|maandag|man|mandag|mar|mardi|mardo|martedi|martes|marti|maw|me|mem|\
    memeneda|mer|mercoledi|mercredi|merkredo|mgq|mi|mie|miercoles|miercuri|min|minggu|mittwoch|miy|miyerkules|mo|\
    mon|monday|montag|mso|mug|mugovera|muv|muvhuro|n|ne|ned|nedela|nedele|nedelja|nedjelja|neljapaev|niedz|\
    niedziela|on|ons|onsdag|otrd|otrdiena|p|pa|patek|pay|payshanba|paz|pazar|pazartesi|pe|pen|penktadienis|\
    pensenbe|pentek|per|perjantai|perjantaina|persembe|pet|petak|petek|pi|piatek|piatok|piektd|piektdiena|\
    pirmadienis|pirmd|pirmdiena|pn|po|pon|pondeli|pondelok|ponedeljak|ponedeljek|ponedjeljak|poniedziałek|pr|pt|\
    puhapaev|pzt|qua|quarta|quarta-feira|qui|quinta|quinta-feira|r|rab|rabu|reede|s|sa|sab|sabado|sabato|sabbatum|\
    sabtu|sad|sal|salı|sam|sambata|samedi|samstag|sat|saterdag|saturday|seg|segunda|segunda-feira|sekmadienis|sel|\
    selasa|sen|senbe|senin|sesh|seshanba|sestadienis|sestd|sestdiena|sex|sexta|sexta-feira|shan|shanba|sin|sis|\
    sisenbe|sk|so|sob|sobota|sol|son|sondag|sonntag|sr|sre|sreda|sri|srijeda|sroda|st|streda|stvrtok|su|sub|subota|\
    sul|sun|sunday|sunnuntai|svetd|svetdiena|svo|svondo|sze|szerda|szo|szombat|sø|søn|søndag|sənbə|t|teisipaev|ter|\
    terca|terca-feira|th 2|th 3|th 4|th 5|th 6|th 7|tha|thu|thu ba|thu bay|thu hai|thu nam|thu sau|thu tu|thursday|\
    ti|tiistai|tiistaina|tir|tirs|tirsdag|tis|tisdag|to|tor|torek|tors|torsdag|torstai|torstaina|tr|treciadienis|\
    tresd|tresdiena|tue|tuesday|ty|tys|tysdag|ulwesibili|ulwesihlanu|ulwesine|ulwesithathu|umgqibelo|umsombuluko|\
    ut|utery|uto|utorak|utorok|v|vasarnap|ve|ven|vendredi|vendredo|venerdi|vie|viernes|vin|vineri|vr|vrijdag|\
    vrydag|wed|wednesday|wo|woensdag|wt|wtorek|wuk|wukuada|yak|yakshanba|yaw|yawoada|yek|yeksenbe|za|zaterdag|zo|\
    zondag|δευ|δευτερα|κυρ|κυριακη|παρ|παρασκευη|πεμ|πεμπτη|σαβ|σαββατο|τετ|τεταρτη|τρι|τριτη|ау|ауторак|б|б е|\
    базар|базар ертәси|воскресенье|вс|вт|вто|вторник|вівторок|душ|душанба|жум|жума|нд|нед|недела|неделя|недеља|\
    неділя|нядзеля|пʼятниця|паи|паишанба|панядзелак|пет|петак|петок|петък|пн|пон|понеделник|понедельник|понедељак|\
    понеділок|пт|пятница|пятніца|саб|сабота|сб|серада|середа|сеш|сешанба|ср|сре|среда|сряда|суб|суббота|субота|\
    събота|уто|уторак|ч|ч а|чацвер|чет|четвер|четверг|четвртак|четврток|четвъртък|чор|чоршанба|чт|чц|чәршәнбә|\
    чәршәнбә ахшамы|ш|шан|шанба|шәнбә|якш|якшанба|ҹ|ҹ а|ҹүмә|ҹүмә ахшамы|երեքշաբթի|երկ|երկուշաբթի|երք|կիր|կիրակի|\
    հինգշաբթի|հնգ|շաբաթ|շբթ|ուր|ուրբաթ|չորեքշաբթի|չրք|דאנערשטיק|דינסטיק|זונטיק|יום א׳|יום ב׳|יום ג׳|יום ד׳|יום ה׳|\
    יום ו׳|יום חמישי|יום ראשון|יום רביעי|יום שבת|יום שישי|יום שלישי|יום שני|מאנטיק|מיטוואך|פרײטיק|שבת|اتوار|\
    الاثنين|الاحد|الاربعاء|الثلاثاء|الجمعة|الخميس|السبت|بدھ|جمعرات|جمعه|جمعہ|دوشنبه|سهشنبه|شنبه|منگل|پنجشنبه|پیر|\
    چهارشنبه|ہفتہ|یکشنبه|आइत|आइतबार|गुरु|गुरुवार|बिहि|बिहिबार|बुध|बुधबार|बुधवार|मंगल|मंगलवार|मंगळ|मंगळवार|मङ्गल|\
    मङ्गलबार|रवि|रविवार|शनि|शनिबार|शनिवार|शुक्र|शुक्रबार|शुक्रवार|सोम|सोमबार|सोमवार|বুধ|বুধবার|বৃহস্পতি|\
    বৃহস্পতিবার|মঙ্গল|মঙ্গলবার|রবি|রবিবার|শনি|শনিবার|শুক্র|শুক্রবার|সোম|সোমবার|ਐਤ|ਐਤਵਾਰ|ਬੁੱਧ|ਬੁੱਧਵਾਰ|ਮੰਗਲ|\
    ਮੰਗਲਵਾਰ|ਵੀਰ|ਵੀਰਵਾਰ|ਸ਼ਨਿੱਚਰ|ਸ਼ਨਿੱਚਰਵਾਰ|ਸ਼ੁੱਕਰ|ਸ਼ੁੱਕਰਵਾਰ|ਸੋਮ|ਸੋਮਵਾਰ|ગુરુ|ગુરુવાર|બુધ|બુધવાર|મંગળ|મંગળવાર|રવિ|\
    રવિવાર|શનિ|શનિવાર|શુક્ર|શુક્રવાર|સોમ|સોમવાર|ଗୁରୁ|ଗୁରୁବାର|ବୁଧ|ବୁଧବାର|ମଙ୍ଗଳ|ମଙ୍ଗଳବାର|ରବି|ରବିବାର|ଶନି|ଶନିବାର|ଶୁକ୍ର|\
    ଶୁକ୍ରବାର|ସୋମ|ସୋମବାର|சனி|செவ்|செவ்வாய்|ஞாயி|ஞாயிறு|திங்|திங்கள்|புத|புதன்|வியா|வியாழன்|வெள்|வெள்ளி|ఆది|\
    ఆదివారం|గురు|గురువారం|బుధ|బుధవారం|మంగళ|మంగళవారం|శని|శనివారం|శుక్ర|శుక్రవారం|సోమ|సోమవారం|ಗುರು|ಗುರುವಾರ|ಬುಧ|\
    ಬುಧವಾರ|ಭಾನು|ಭಾನುವಾರ|ಮಂಗಳ|ಮಂಗಳವಾರ|ಶನಿ|ಶನಿವಾರ|ಶುಕ್ರ|ಶುಕ್ರವಾರ|ಸೋಮ|ಸೋಮವಾರ|ചൊവ്വ|ചൊവ്വാഴ്ച|ഞായറാഴ്ച|ഞായർ|\
    തിങ്കളാഴ്ച|തിങ്കൾ|ബുധനാഴ്ച|ബുധൻ|വെള്ളി|വെള്ളിയാഴ്ച|വ്യാഴം|വ്യാഴാഴ്ച|ശനി|ശനിയാഴ്ച|අඟහ|අඟහරුවාදා|ඉරිදා|බදාදා|\
    බ්රහස්|බ්රහස්පතින්දා|සඳුදා|සිකු|සිකුරාදා|සෙන|සෙනසුරාදා|จ|พ|พฤ|วันจันทร์|วันพฤหัสบดี|วันพุธ|วันศุกร์|วันอังคาร|\
    วันอาทิตย์|วันเสาร์|ศ|ส|อ|อา|ကြာသပတေး|စနေ|တနင်္ဂနွေ|တနင်္လာ|ဗုဒ္ဓဟူး|သောကြာ|အင်္ဂါ|კვი|კვირა|ოთხ|ოთხშაბათი|ორშ|\
    ორშაბათი|პარ|პარასკევი|სამ|სამშაბათი|შაბ|შაბათი|ხუთ|ხუთშაბათი|금|금요일|목|목요일|수|수요일|월|\
    월요일|일|일요일|토|토요일|화|화요일|ሐሙስ|ማክሰ|ማክሰኞ|ረቡዕ|ሰኞ|ቅዳሜ|እሑድ|ዓርብ|ចន្ទ|ច័ន្ទ|ពុធ|ព្រហ|ព្រហស្បតិ៍|\
    សុក្រ|សៅរ៍|អង្គារ|អាទិត្យ|周一|周三|周二|周五|周六|周四|周日|土|土曜日|日|日曜日|星期一|星期三|星期二|星期五|星期六|星期四|星期日|月|月曜日|木|木曜日|水|水曜日|火|火曜日|\
    週一|週三|週二|週五|週六|週四|週日|金|金曜日";

pub(super) const MORNING: &str = "a m|am|an|ap|atm|da manha|de|dop|dopoldne|f m|fm|formiddag|g on|go on|gunortadan on|isuk|manha|oo|prieksp|\
    priekspusdiena|priespiet|sa|to|vm|yb|π μ|ам|дп|пр об|претпл|то|פארמיטאג|ص|صباحا|ق ظ|قبلازظهر|पूर्वाह्न|ਪੂ ਦੁ|\
    ପୂର୍ବାହ୍ନ|පෙ ව|ก่อนเที่ยง|နံနက်|오전|ጥዋት|上午|午前";
pub(super) const AFTERNOON: &str = "anw|ch|da tarde|du|e m|eftermiddag|em|ew|g son|go son|gunortadan son|ip|nm|odp|os|p m|pecp|pecpusd|pecpusdiena|\
    pm|pop|popiet|popoldne|ptm|tarde|tk|wengi|yh|μ μ|пм|попл|пп|сл об|тк|נאכמיטאג|ب ظ|بعدازظهر|م|مساء|अपराह्न|\
    ਬਾ ਦੁ|ଅପରାହ୍ନ|ප ව|หลังเที่ยง|ညနေ|오후|ከሰዓት|下午|午後";

/// Words that stand in dates and mean nothing.
pub(super) const FILLERS: &str = "a|alle|d|das|del|den|die|dos|el|gada|il|jam|kl|klo|klokken|las|le|luc|m|nam|ngay|ob|ore|pukul|saat|uhr|um|vom|\
    в|г|год|года|о|р|року|у|թ|ב|טן|ساعت|กา|ท|นาท|นาฬ|ว|년|분|시|초|分|年|時|秒";

/// How times past are told, by how many seconds one of them has, and how many there are where no number says so.
pub(super) const PAST: &[(i64, i64, &str)] = &[
    (86400, 1, "אתמול|قبل يوم واحد"),
    (3600, 1, "awr yn ol|לפני שעה|قبل ساعة واحدة"),
    (60, 1, "לפני דקה|قبل دقيقة واحدة"),
    (2592000, 1, "לפני חודש|قبل شهر واحد"),
    (1, 1, "לפני שנייה|לפני שנ׳|قبل ثانية واحدة"),
    (604800, 1, "לפני שבוע|לפני שב׳|قبل اسبوع واحد"),
    (31536000, 1, "blwyddyn yn ol|לפני שנה|قبل سنة واحدة"),
    (86400, 2, "לפני יומיים|قبل يومين"),
    (3600, 2, "לפני שעתיים|قبل ساعتين"),
    (60, 2, "לפני שתי דקות|قبل دقيقتين"),
    (2592000, 2, "deufis yn ol|לפני חודשיים|قبل شهرين"),
    (1, 2, "לפני שתי שניות|לפני שתי שנ׳|قبل ثانيتين"),
    (604800, 2, "pythefnos yn ol|לפני שבועיים|قبل اسبوعين"),
    (31536000, 2, "לפני שנתיים|قبل سنتين"),
    (
        86400,
        0,
        "# (na) araw ang nakalipas|# araw ang nakalipas|# dae gelede|# dag gelede|# dag geleden|# dag siden|\
    # dage siden|# dagen geleden|# day ago|# days ago|# ddiwrnod yn ol|# dgn geleden|# dina kepungkur|\
    # diwrnod yn ol|# dni temu|# dnia temu|# dzien temu|# g fa|# g on|# gg fa|# giorni fa|# giorno fa|# gun on|\
    # gun once|# gun oncə|# h lalu|# hari yang lalu|# izinsuku ezedlule|# kun oldin|# napja|# nappal ezelott|\
    # ngay truoc|# p eest|# paeva eest|# paiva sitten|# paivaa sitten|# pv sitten|# usuku olwedlule|# день назад|\
    # день тому|# дзен таму|# дзень таму|# дн назад|# дн тому|# днеи назад|# дня назад|# дня таму|# дня тому|\
    # дні таму|# дні тому|# днів тому|# кун олдин|# օր առաջ|# دن پہلے|# دنوں پہلے|# روز پیش|# दिन पहले|# दिन पहिले|\
    # दिवसांपूर्वी|# दिवसापूर्वी|# দিন আগে|# ਦਿਨ ਪਹਿਲਾਂ|# દિવસ પહેલાં|# ଦିନ ପୂର୍ବେ|# நாட்களுக்கு முன்|\
    # நாளுக்கு முன்|# రోజు క్రితం|# రోజుల క్రితం|# ದಿನಗಳ ಹಿಂದೆ|# ದಿನದ ಹಿಂದೆ|# ദിവസം മുമ്പ്|# วันที่ผ่านมา|\
    # วันที่แล้ว|# დღის წინ|# ថ្ងៃ\u{200b}មុន|# ថ្ងៃ\u{200b}\u{200b}មុន|# 天前|# 日前|#일 전|#天前|-# d|abhinc # diem|abhinc # dies|\
    acum # de zile|acum # zi|acum # zile|antau # tago|antau # tagoj|da# a atwam|ezinsukwini ezingu-# ezedlule|\
    fa # dia|fa # dies|for # d sedan|for # d sidan|for # d siden|for # dag sedan|for # dag siden|for # dagar sedan|\
    for # dage siden|for # døgn sidan|for # døgn siden|ha # dia|ha # dias|hace # d|hace # dia|hace # dias|\
    il y a # j|il y a # jour|il y a # jours|nna# a atwam|osukwini olungu-# olwedlule|pirms # d|pirms # dienam|\
    pirms # dienas|pre # d|pre # dana|pred # d|pred # dna|pred # dnami|pred # dne|pred # dnem|pred # dnevi|\
    pred # dnevom|pred # dnevoma|pred # dnom|pred # dny|pries # d|pries # diena|pries # dienas|pries # dienos|\
    pries # dienu|prije # dan|prije # dana|vor # tag|vor # tagen|πριν απο # ημ|πριν απο # ημερα|πριν απο # ημερεσ|\
    пре # д|пре # дана|пред # ден|пред # дена|преди # ден|преди # дни|לפני # ימים|לפני יום #|قبل # ايام|قبل # يوم|\
    قبل # يوما|දින #කට පෙර|ပြီးခဲ့သည့် # ရက်|ከ # ቀን በፊት|ከ# ቀናት በፊት|ከ# ቀን በፊት|ከ# ቀኖች በፊት",
    ),
    (
        3600,
        0,
        "# awr yn ol|# gio truoc|# godz temu|# godzin temu|# godzine temu|# godziny temu|# h fa|# hour ago|# hours ago|\
    # hr ago|# hrs ago|# ihora eledlule|# jam kepungkur|# jam lalu|# jam yang lalu|# ora fa|# oras ang nakalipas|\
    # oraval ezelott|# ore fa|# sa once|# saat once|# saat oncə|# sag on|# sagat on|# soat oldin|# t eest|\
    # t sitten|# time siden|# timer siden|# tunni eest|# tunti sitten|# tuntia sitten|# u gelede|# uur gelede|\
    # uur geleden|# гадз таму|# гадзін таму|# гадзіну таму|# гадзіны таму|# год тому|# годин тому|# години тому|\
    # годину тому|# соат олдин|# ч назад|# час назад|# часа назад|# часов назад|# ժ առաջ|# ժամ առաջ|# ساعت پیش|\
    # گھنٹہ پہلے|# گھنٹے پہلے|# घंटे पहले|# घं॰ पहले|# घण्टा पहिले|# तासांपूर्वी|# तासापूर्वी|# ঘন্টা আগে|\
    # ਘੰਟਾ ਪਹਿਲਾਂ|# ਘੰਟੇ ਪਹਿਲਾਂ|# કલાક પહેલાં|# ଘ ପୂର୍ବେ|# ଘଣ୍ଟା ପୂର୍ବେ|# மணி முன்|# மணிநேரம் முன்|# గం క్రితం|\
    # గంట క్రితం|# గంటల క్రితం|# ಗಂಟೆ ಹಿಂದೆ|# ಗಂಟೆಗಳ ಹಿಂದೆ|# മണിക്കൂർ മുമ്പ്|# ชม ที่แล้ว|# ชั่วโมงที่ผ่านมา|\
    # საათის წინ|# სთ წინ|# ម៉ោង\u{200b}មុន|# 小時前|# 時間前|#시간 전|#小时前|-# h|abhinc # horam|abhinc # horas|abhinc # hr|\
    acum # de ore|acum # h|acum # ora|acum # ore|antau # horo|antau # horoj|dɔnhwere # a atwam|\
    emahoreni angu-# edlule|fa # h|fa # hora|fa # hores|for # t sidan|for # t siden|for # tim sedan|\
    for # timar sidan|for # time sidan|for # time siden|for # timer siden|for # timmar sedan|for # timme sedan|\
    ha # h|ha # hora|ha # horas|hace # h|hace # hora|hace # horas|il y a # h|il y a # heure|il y a # heures|\
    nnɔnhwere # a atwam|pirms # st|pirms # stundam|pirms # stundas|pre # c|pre # sata|pre # sati|pred # h|\
    pred # hodinami|pred # hodinou|pred # hodiny|pred # urama|pred # urami|pred # uro|pries # val|pries # valanda|\
    pries # valandas|pries # valandos|pries # valandu|prije # h|prije # sat|prije # sata|prije # sati|vor # std|\
    vor # stunde|vor # stunden|πριν απο # ω|πριν απο # ωρα|πριν απο # ωρεσ|пре # сата|пре # сати|пре # ч|\
    пред # час|пред # часа|преди # ч|преди # час|преди # часа|לפני # שעות|לפני # שע׳|قبل # ساعات|قبل # ساعة|\
    පැය #කට පෙර|ပြီးခဲ့သည့် # နာရီ|ከ# ሰዓት በፊት|ከ# ሰዓቶች በፊት",
    ),
    (
        60,
        0,
        "# amaminithi edlule|# dakika once|# daqiqa oldin|# dk once|# dəqiqə oncə|# funud yn ol|# iminithi eledlule|\
    # menit kepungkur|# menit yang lalu|# min ago|# min ang nakalipas|# min eest|# min fa|# min gelede|\
    # min geleden|# min on|# min siden|# min sitten|# min temu|# mins ago|# minut on|# minut temu|# minute ago|\
    # minute gelede|# minute temu|# minuten geleden|# minutes ago|# minuti eest|# minuti fa|# minuto ang nakalipas|\
    # minuto fa|# minuty temu|# minuut gelede|# minuut geleden|# minuutti sitten|# minuuttia sitten|# mnt lalu|\
    # mun yn ol|# munud yn ol|# perccel ezelott|# phut truoc|# дақиқа олдин|# мин назад|# минут назад|\
    # минуту назад|# минуты назад|# хв таму|# хв тому|# хвилин тому|# хвилини тому|# хвилину тому|# хвілін таму|\
    # хвіліну таму|# хвіліны таму|# ր առաջ|# րոպե առաջ|# دقیقه پیش|# منٹ پہلے|# मिनट पहले|# मिनि पूर्वी|\
    # मिनिटांपूर्वी|# मिनिटापूर्वी|# मिनेट पहिले|# मि॰ पहले|# মিনিট আগে|# ਮਿੰਟ ਪਹਿਲਾਂ|# મિનિટ પહેલાં|# ମି ପୂର୍ବେ|\
    # ମିନିଟ୍ ପୂର୍ବେ|# நிமி முன்|# நிமிடங்களுக்கு முன்|# நிமிடத்திற்கு முன்|# నిమి క్రితం|# నిమిషం క్రితం|\
    # నిమిషాల క్రితం|# ನಿಮಿಷಗಳ ಹಿಂದೆ|# ನಿಮಿಷದ ಹಿಂದೆ|# മിനിറ്റ് മുമ്പ്|# นาทีที่ผ่านมา|# นาทีที่แล้ว|# წთ წინ|\
    # წუთის წინ|# នាទី\u{200b}មុន|# នាទី\u{200b}\u{200b}មុន|# 分前|# 分鐘前|#분 전|#分钟前|-# min|abhinc # min|abhinc # minutam|\
    abhinc # minutas|acum # de minute|acum # min|acum # minut|acum # minute|antau # min|antau # minuto|\
    antau # minutoj|fa # min|fa # minut|fa # minuts|for # min sen|for # min sidan|for # min siden|\
    for # minut sedan|for # minut siden|for # minuter sedan|for # minutt sidan|for # minutt siden|\
    for # minutter siden|ha # min|ha # minuto|ha # minutos|hace # min|hace # minuto|hace # minutos|il y a # min|\
    il y a # minute|il y a # minutes|pirms # min|pirms # minutem|pirms # minutes|pre # min|pre # minuta|pred # min|\
    pred # minutama|pred # minutami|pred # minuto|pred # minutou|pred # minuty|pries # min|pries # minuciu|\
    pries # minute|pries # minutes|prije # min|prije # minuta|prije # minute|prije # minutu|sima # a atwam|\
    vor # min|vor # minute|vor # minuten|πριν απο # λεπ|πριν απο # λεπτα|πριν απο # λεπτο|пре # мин|пре # минута|\
    пред # мин|пред # минута|пред # минути|преди # мин|преди # минута|преди # минути|לפני # דקות|לפני # דק׳|\
    قبل # دقايق|قبل # دقيقة|මිනිත්තු #කට පෙර|ပြီးခဲ့သည့် # မိနစ်|ከ# ደቂቃ በፊት|ከ# ደቂቃዎች በፊት",
    ),
    (
        2592000,
        0,
        "# ay on|# ay once|# ay oncə|# bln lalu|# bulan yang lalu|# buwan ang nakalipas|# fis yn ol|# honappal ezelott|\
    # inyanga edlule|# izinyanga ezedlule|# kk sitten|# kuu eest|# kuukausi sitten|# kuukautta sitten|\
    # maand gelede|# maand geleden|# maande gelede|# maanden geleden|# md gelede|# md siden|# mdr siden|# mese fa|\
    # mesi fa|# mies temu|# miesiac temu|# miesiaca temu|# miesiace temu|# miesiecy temu|# mis yn ol|# mo ago|\
    # month ago|# months ago|# oy oldin|# sasi kepungkur|# thang truoc|# мес назад|# мес таму|# месяц назад|\
    # месяц таму|# месяца назад|# месяца таму|# месяцау таму|# месяцев назад|# месяцы таму|# міс тому|\
    # місяць тому|# місяця тому|# місяці тому|# місяців тому|# ои аввал|# ամիս առաջ|# ماه پیش|# ماہ قبل|\
    # مہینہ پہلے|# مہینے پہلے|# महिना पहिले|# महिन्यांपूर्वी|# महिन्यापूर्वी|# माह पहले|# মাস আগে|# ਮਹੀਨਾ ਪਹਿਲਾਂ|\
    # ਮਹੀਨੇ ਪਹਿਲਾਂ|# મહિના પહેલાં|# ମା ପୂର୍ବେ|# ମାସ ପୂର୍ବେ|# மாத முன்|# மாதங்களுக்கு முன்|# மாதத்துக்கு முன்|\
    # నెల క్రితం|# నెలల క్రితం|# ತಿಂಗಳ ಹಿಂದೆ|# ತಿಂಗಳು ಹಿಂದೆ|# ತಿಂಗಳುಗಳ ಹಿಂದೆ|# മാസം മുമ്പ്|# เดือนที่ผ่านมา|\
    # เดือนที่แล้ว|# თვის წინ|# ខែមុន|# か月前|# 個月前|#개월 전|#个月前|-# bosome a atwam|-# m|abhinc # men|\
    abhinc # mensem|abhinc # menses|abosome# a atwam|acum # de luni|acum # luna|acum # luni|antau # mon|\
    antau # monato|antau # monatoj|bosome # a atwam|fa # mes|fa # mesos|for # man sen|for # manad sedan|\
    for # manad sidan|for # manadar sidan|for # manader sedan|for # maned siden|for # maneder siden|for # md sidan|\
    for # md siden|ha # mes|ha # meses|hace # m|hace # mes|hace # meses|il y a # m|il y a # mois|pirms # men|\
    pirms # menesa|pirms # menesiem|pre # mes|pre # meseca|pre # meseci|pred # mes|pred # mesecem|pred # mesecema|\
    pred # meseci|pred # mesiaca|pred # mesiacmi|pred # mesiacom|pred # mesice|pred # mesicem|pred # mesici|\
    pries # men|pries # menesi|pries # menesio|pries # menesiu|pries # menesius|prije # mj|prije # mjesec|\
    prije # mjeseca|prije # mjeseci|vor # monat|vor # monaten|πριν απο # μηνα|πριν απο # μηνεσ|пре # мес|\
    пре # месеца|пре # месеци|пред # месец|пред # месеци|преди # м|преди # месец|преди # месеца|לפני # חודשים|\
    פאר # חדשים|פאר # חודש|خلال # اشهر|قبل # اشهر|قبل # شهر|قبل # شهرا|මාස #කට පෙර|ပြီးခဲ့သည့် # လ|ከ# ወራት በፊት|\
    ከ# ወር በፊት",
    ),
    (
        1,
        0,
        "# amasekhondi edlule|# detik kepungkur|# detik yang lalu|# dtk lalu|# eil yn ol|# eiliad yn ol|# giay truoc|\
    # isekhondi eledlule|# masodperccel ezelott|# s gelede|# s sitten|# saniye once|# saniyə oncə|# sec ago|\
    # sec fa|# sec geleden|# second ago|# seconde geleden|# seconden geleden|# secondi fa|# secondo fa|\
    # seconds ago|# secs ago|# seg ang nakalipas|# segundo ang nakalipas|# sek eest|# sek on|# sek siden|\
    # sek temu|# sekonde gelede|# sekondes gelede|# sekund temu|# sekunde temu|# sekundi eest|# sekundy temu|\
    # sekunt on|# sekunti sitten|# sekuntia sitten|# sn once|# soniya oldin|# с таму|# с тому|# сек назад|\
    # секунд назад|# секунд таму|# секунд тому|# секунди тому|# секунду назад|# секунду таму|# секунду тому|\
    # секунды назад|# секунды таму|# сония олдин|# վայրկյան առաջ|# վրկ առաջ|# ثانیه پیش|# سیکنڈ پہلے|# से पूर्वी|\
    # सेकंड पहले|# सेकंदांपूर्वी|# सेकंदापूर्वी|# सेकेन्ड पहिले|# से॰ पहले|# সেকেন্ড আগে|# সেকেন্ড পূর্বে|\
    # ਸਕਿੰਟ ਪਹਿਲਾਂ|# સેકંડ પહેલાં|# ସେ ପୂର୍ବେ|# ସେକେଣ୍ଡ ପୂର୍ବେ|# விநா முன்|# விநாடிகளுக்கு முன்|# விநாடிக்கு முன்|\
    # సెక క్రితం|# సెకను క్రితం|# సెకన్ల క్రితం|# ಸೆಕೆಂಡುಗಳ ಹಿಂದೆ|# ಸೆಕೆಂಡ್ ಹಿಂದೆ|# സെക്കൻഡ് മുമ്പ്|\
    # วินาทีที่ผ่านมา|# วินาทีที่แล้ว|# წამის წინ|# წმ წინ|# វិនាទី\u{200b}មុន|# 秒前|#초 전|#秒前|#秒钟前|-# s|abhinc # sec|\
    abhinc # secundam|abhinc # secundas|acum # de secunde|acum # sec|acum # secunda|acum # secunde|\
    anibuo # a atwam|antau # sek|antau # sekundo|antau # sekundoj|fa # s|fa # segon|fa # segons|for # s sen|\
    for # sek sidan|for # sek siden|for # sekund sedan|for # sekund sidan|for # sekund siden|for # sekunder sedan|\
    for # sekunder siden|ha # s|ha # seg|ha # segundo|ha # segundos|hace # s|hace # segundo|hace # segundos|\
    il y a # s|il y a # seconde|il y a # secondes|nnibuo # a atwam|pirms # sek|pirms # sekundem|pirms # sekundes|\
    pre # sek|pre # sekunde|pre # sekundi|pred # s|pred # sekundama|pred # sekundami|pred # sekundo|\
    pred # sekundou|pred # sekundy|pries # sek|pries # sekunde|pries # sekundes|pries # sekundziu|prije # s|\
    prije # sekunde|prije # sekundi|prije # sekundu|vor # sek|vor # sekunde|vor # sekunden|πριν απο # δευτ|\
    πριν απο # δευτερολεπτα|πριν απο # δευτερολεπτο|пре # сек|пре # секунде|пре # секунди|пред # сек|\
    пред # секунда|пред # секунди|преди # сек|преди # секунда|преди # секунди|לפני # שניות|לפני # שנ׳|قبل # ثانية|\
    قبل # ثوان|තත්පර #කට පෙර|ပြီးခဲ့သည့် # စက္ကန့်|ከ# ሰከንድ በፊት|ከ# ሰከንዶች በፊት",
    ),
    (
        604800,
        0,
        "# (na) linggo ang nakalipas|# hafta oldin|# hafta once|# hep on|# hepde on|# hettel ezelott|# hf once|\
    # həftə oncə|# linggo ang nakalipas|# mgg lalu|# minggu yang lalu|# nad eest|# nadala eest|# pekan kepungkur|\
    # sett fa|# settimana fa|# settimane fa|# tuan truoc|# tydz temu|# tydzien temu|# tyg temu|# tygodni temu|\
    # tygodnia temu|# tygodnie temu|# uge siden|# uger siden|# viikko sitten|# viikkoa sitten|# vk sitten|\
    # w gelede|# week ago|# week gelede|# week geleden|# weeks ago|# weke gelede|# weken geleden|# wk ago|\
    # wks ago|# ws yn ol|# wythnos yn ol|# нед назад|# недели назад|# недель назад|# неделю назад|# тиж тому|\
    # тиждень тому|# тижня тому|# тижні тому|# тижнів тому|# тыд таму|# тыдзень таму|# тыдня таму|# тыдняу таму|\
    # тыдні таму|# ҳафта олдин|# շաբ առաջ|# շաբաթ առաջ|# هفته پیش|# ہفتہ پہلے|# ہفتے پہلے|# आठवड्यांपूर्वी|\
    # आठवड्यापूर्वी|# सप्ताह पहले|# हप्ता पहिले|# সপ্তাহ আগে|# ਹਫ਼ਤਾ ਪਹਿਲਾਂ|# ਹਫ਼ਤੇ ਪਹਿਲਾਂ|# અઠ પહેલાં|\
    # અઠવાડિયા પહેલાં|# ସପ୍ତା ପୂର୍ବେ|# ସପ୍ତାହ ପୂର୍ବେ|# வார முன்|# வாரங்களுக்கு முன்|# வாரத்திற்கு முன்|\
    # వారం క్రితం|# వారాల క్రితం|# ವಾರಗಳ ಹಿಂದೆ|# ವಾರದ ಹಿಂದೆ|# ആഴ്ച മുമ്പ്|# สัปดาห์ที่ผ่านมา|# สัปดาห์ที่แล้ว|\
    # კვ წინ|# კვირის წინ|# សប្ដាហ៍\u{200b}មុន|# 週前|# 週間前|#주 전|#周前|-# w|abhinc # hebd|abhinc # hebdomadem|\
    abhinc # hebdomades|acum # de saptamani|acum # sapt|acum # saptamana|acum # saptamani|amaviki angu-# edlule|\
    antau # sem|antau # semajno|antau # semajnoj|evikini elingu-# eledlule|fa # setm|fa # setmana|fa # setmanes|\
    for # u siden|for # uge siden|for # uger siden|for # uke siden|for # uker siden|for # v sedan|for # v sidan|\
    for # vecka sedan|for # veckor sedan|for # veke sidan|for # veker sidan|ha # sem|ha # semana|ha # semanas|\
    hace # sem|hace # semana|hace # semanas|il y a # sem|il y a # semaine|il y a # semaines|nnawɔtwe# a atwam|\
    pirms # ned|pirms # nedelam|pirms # nedelas|pre # ned|pre # nedelja|pre # nedelje|pred # ted|pred # tedni|\
    pred # tednom|pred # tednoma|pred # tyd|pred # tydne|pred # tydnem|pred # tydny|pred # tyz|pred # tyzdna|\
    pred # tyzdnami|pred # tyzdnom|pries # sav|pries # savaiciu|pries # savaite|pries # savaites|prije # tj|\
    prije # tjedan|prije # tjedana|prije # tjedna|vor # woche|vor # wochen|πριν απο # εβδ|πριν απο # εβδομαδα|\
    πριν απο # εβδομαδεσ|пре # нед|пре # недеља|пре # недеље|пред # седмица|пред # седмици|преди # седм|\
    преди # седмица|преди # седмици|לפני # שבועות|לפני # שב׳|قبل # اسابيع|قبل # اسبوع|قبل # اسبوعا|සති #කට පෙර|\
    ပြီးခဲ့သည့် # ပတ်|ከ# ሳምንታት በፊት|ከ# ሳምንት በፊት",
    ),
    (
        31536000,
        0,
        "# a eest|# aasta eest|# anni fa|# anno fa|# ar siden|# bl yn ol|# evvel ezelott|# flynedd yn ol|# il oncə|\
    # iminyaka edlule|# j gelede|# jaar gelede|# jaar geleden|# lat temu|# lata temu|# nam truoc|\
    # o flynyddoedd yn ol|# rok temu|# roku temu|# tahun yang lalu|# taon ang nakalipas|# taun kepungkur|\
    # thn lalu|# unyaka odlule|# v sitten|# vuosi sitten|# vuotta sitten|# y on|# year ago|# years ago|# yil oldin|\
    # yr ago|# yrs ago|# yyl on|# yıl once|# г назад|# г таму|# гадоу таму|# гады таму|# год назад|# год таму|\
    # года назад|# года таму|# иил аввал|# л назад|# лет назад|# р тому|# роки тому|# року тому|# років тому|\
    # рік тому|# տ առաջ|# տարի առաջ|# سال پہلے|# سال پیش|# वर्ष अघि|# वर्ष पहले|# वर्षांपूर्वी|# वर्षापूर्वी|\
    # বছর পূর্বে|# ਸਾਲ ਪਹਿਲਾਂ|# વર્ષ પહેલાં|# ବ ପୂର୍ବେ|# ବର୍ଷ ପୂର୍ବେ|# ஆண்டிற்கு முன்|# ஆண்டுகளுக்கு முன்|\
    # సం క్రితం|# సంవత్సరం క్రితం|# సంవత్సరాల క్రితం|# ವರ್ಷಗಳ ಹಿಂದೆ|# ವರ್ಷದ ಹಿಂದೆ|# വർഷം മുമ്പ്|# ปีที่แล้ว|\
    # წლის წინ|# ឆ្នាំ\u{200b}មុន|# 年前|#년 전|#年前|-# y|abhinc # an|abhinc # annos|abhinc # annum|acum # an|acum # ani|\
    acum # de ani|afe # a atwam|antau # jaro|antau # jaroj|fa # any|fa # anys|for # ar sedan|for # ar sen|\
    for # ar sidan|for # ar siden|ha # ano|ha # anos|hace # a|hace # ano|hace # anos|il y a # a|il y a # an|\
    il y a # ans|mfeɛ # a atwam|pirms # g|pirms # gada|pirms # gadiem|pre # god|pre # godina|pre # godine|pred # l|\
    pred # leti|pred # letom|pred # letoma|pred # lety|pred # r|pred # roka|pred # rokem|pred # rokmi|pred # rokom|\
    pred # roku|pries # m|pries # metu|pries # metus|prije # g|prije # godina|prije # godine|prije # godinu|\
    vor # jahr|vor # jahren|πριν απο # ετη|πριν απο # ετοσ|пре # год|пре # година|пре # године|пред # год|\
    пред # година|пред # години|преди # г|преди # година|преди # години|לפני # שנים|פאר # יאר|قبل # سنة|\
    قبل # سنوات|වසර #කට පෙර|ပြီးခဲ့သည့် # နှစ်|ከ# ዓመታት በፊት|ከ# ዓመት በፊት",
    ),
];
