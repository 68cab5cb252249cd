/** Frequent words, and the letters, of languages in Latin script. Source of the words: common knowledge. */

/**
 * Words that are frequent in a language, by BCP 47 tag. Related languages such as Czech and Slovak share many words. These count
 * equally for both, so only the words of one of them decide. For the same reason, words that are also frequent in English, such as
 * German "was" and "in", do no harm.
 */
export const frequentWords: Readonly<Record<string, string>> = {
  en: `the of and to is it you that he was for on are with as his they at this have from or had by not but what all were we
    when there can an your which their said if will how about out then she many some so these would other into has more her
    him see than been who its now my did get made may our us just any after where why am does do i be in me should them no
    without only one two new use used make makes such own here before between because while each both those too very most
    could must never over through being don doesn isn`,
  af: `die en van nie het ek jy hy sy dit wat vir op om te maar ons julle hulle aan sal ook baie hoekom waar hoe wees word uit
    daar hierdie moet nog kom net geen`,
  az: `və bir bu üçün ilə də ki olan kimi daha mən sən biz siz var yox nə necə çox deyil ən sonra hər amma edir olur haqqında`,
  ca: `com el la els les de del dels en un una uns unes que se es és al als i si pel pels però amb segons sobre entre cada sota
    hi ho em ens us li seu seva seus meu meva teu nostre jo tu ell ella nosaltres vosaltres ells són som sou està estan
    estic ser era té tinc tens fa vaig vas va vam van ha han he molt molta més menys tot tota tots totes altre altres aquest
    aquesta aquests aquestes això allò aquí també quan què qui on perquè ja només encara dos tres hem`,
  cs: `se že je na v z jsem jsi jsou jako ale o jak tak po bylo byl byla být už pro jen když jeho její ve za od nebo ne ano
    ještě které která který může jste mi mě tě kde proč kdy má mám máte tento tato toto při také velmi podle než aby si byli
    protože jsme něco teď tady jenom kolem`,
  cy: `y yn mae ar yr ei wedi nid ac bod fod gan roedd ddim oedd sydd hwn hon dyna fy dy eich ein fel pan ond neu beth ble pam
    sut iawn chi nhw gyda hefyd bydd`,
  da: `og at det er en på til af den ikke jeg de har som et du han vi så der var kan om fra når eller nu hun meget hvad skal
    efter ved mig dig sig også uden kun hvorfor hvordan skulle alle blev være noget`,
  de: `der die das und ist nicht ein eine einen einem einer ich du er sie es wir ihr mit auf für von zu den dem des im in auch wie
    war sind hat haben wird werden oder aber wenn dass bei aus nach noch nur sich kann mein meine dein sein kein keine was wo
    über um vor am an als mir mich dir dich zum zur ihre seine heute habe hast schon immer jetzt gibt geht steht kommt sagt macht
    liegt sitzt spielt läuft etwas danke bitte guten viele vielen jemand zwei drei sehr damit weil dann durch gegen ohne mehr
    diese dieser dieses diesen können möchte bist hatte hätte wäre würde wurde wurden warum wer euch bis`,
  eo: `kaj estas vi li ŝi ĝi ni ili ne al por kun sed ke tio kiel tre pli ankaŭ el pri kiu kio kie kiam estis havas
    mia via sia oni ĉu jes tiu tiuj`,
  es: `el la los las de del un una y es que en no por para con se su sus lo al como más pero está este esta yo tú él ella son
    fue ha muy mi me te le ya si sin sobre también hay era qué dónde cómo todos tiene ni ser o cuando cada otro otra otros
    puede hasta desde hace nos les unos unas entre estos esa ese eso ningún debe`,
  et: `ja on ei see et oli aga ta ma kui ka mis oma või mida siis nii ning seda kas sa me nad olen oled ole üks väga kus miks
    kuidas juba veel selle kes minu sinu tema pole pärast kõik ainult saab ära`,
  eu: `eta da ez bat du dute ere izan zen dira baina egin nire zure hori hau zer non nola oso den dela duen diren baino dago dut
    naiz gara gabe arte edo beste guztiak bere ari nahi behar`,
  fi: `ja on ei se että oli mutta hän en ovat joka kun niin kuin sen olen minä sinä tai myös vain jos mitä kanssa siitä ole sitä
    nyt hyvin miten missä miksi tämä tämän ne he olla ollut mukaan jälkeen sekä minun hänen voi kaikki vielä`,
  fr: `le la les de des du un une et est pas que qui dans pour sur au aux ce cette ces il elle nous vous ils je tu ne se sa
    son ses leur avec par plus mais ou où été être sont ont fait comme tout si mon ma mes en lui très votre quand à toute
    aussi peut sans entre aucun aucune cet deux doit donc quel quelle chaque`,
  ga: `an agus ar na le tá sé go ní bhí sí atá mé tú ach nach seo sin ag don chun leis níl cad cén raibh siad sibh muid mo
    bheith freisin faoi ina aon`,
  ha: `da na ya ta ba shi su ita mai cikin wannan ga kuma amma ko ce kai mu ku za ake yana tana suna sun daga domin wani`,
  hr: `je i u na da se ne su za od što kako sam si ili ali nije bio bila bilo samo kao iz koji koja koje još gdje zašto vrlo jako
    može smo ste ti ona sve nakon ima sa tko mora ovo`,
  hu: `az és hogy nem egy ez van volt csak már még meg mint ha azt el ki én te ő nekem mert vagy lesz amikor hol miért nagyon
    minden ezt voltam vannak nincs itt ott jó kell lehet után között által sem fel olyan`,
  id: `yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena ada mereka adalah kami kita bisa oleh sudah
    saat atau tapi tetapi telah seperti dia anda kamu apa sedang lebih aku bagaimana sangat hanya jika belum banyak para orang
    setelah tersebut mengapa`,
  is: `og að er í á ekki sem til um en hann það við var með ég þú hún af fyrir eru hvað ef þegar nú svo mjög hvar hvernig þetta
    þessi verið hefur frá eða mér mig þér sig líka bara`,
  it: `il lo la gli le di del della dei un una e è che non per con su in da si sono ho ha anche ma come più questo questa mi ti ci
    nel nella alla al dal era tu dove molto sul sulla delle suo sua ad ed degli tra ogni essere ne sia se quando`,
  la: `et est non ad ut cum sed quod qui quae ex ab aut hoc enim esse sunt nec atque neque sit amet dolor ipsum eius eos`,
  lt: `ir yra kad su iš į ne kaip bet tai aš tu jis ji mes jūs ar buvo apie labai tik dar jau šis ši kur kodėl kas ką man mano
    taip po už prie nuo gali būti savo vis kai per`,
  lv: `un ir ar uz par kas tas bet es tu nav kā lai vai arī pie pēc tiek bija kad ko viņš viņa mēs jūs šis šī ļoti tikai man mani
    ja kur kāpēc līdz vēl jau savu tā būt visi`,
  ms: `yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke kerana ada mereka adalah kami kita boleh oleh sudah
    atau tetapi telah seperti dia anda awak apa sedang lebih aku bagaimana sangat hanya jika belum banyak para orang selepas
    tersebut mengapa ialah daripada`,
  mt: `li ta il huwa hija mhux għal fi minn biex dan din kien kienet jew għandu jien aħna kollha meta fejn kif għaliex iktar ħafna
    tal fil mill bil`,
  nl: `de het een en van is niet dat in op te ik je hij zij ze we met voor zijn aan er maar om ook als bij naar dit die wat uit nog
    wel door hebben heeft wordt kan mijn geen waar dan wij`,
  no: `og at det er en på til av den ikke jeg de har som et du han vi så der var kan om fra når eller nå hun veldig mye hva skal
    etter ved meg deg seg også uten bare hvorfor hvordan skulle alle ble være noe`,
  pl: `w na z że się nie jest jak ale po tak za od przez czy dla są był była było być już tylko może jego jej ich mnie ona który
    która które tego tym bardzo kiedy gdzie dlaczego jestem masz mam nas ze przy lub oraz`,
  pt: `o os as de do da dos das um uma e é que não em no na por para com se seu sua mais mas como eu ele ela você está são foi ao
    muito também tem nos onde isso uns pelo pela à ou ser às todos sem nas quando`,
  ro: `și în nu de la cu pe ce este că o un sau din mai pentru care sunt am ai are dar când unde cum foarte fost prin după fi lui
    lor ei îi își să se ca mea meu acest această aceasta acum doar aici nici între`,
  sk: `sa že je na v z som si sú ako ale o tak po čo bolo bol bola byť už pre len keď jeho jej vo za od alebo nie áno ešte ktoré
    ktorá ktorý môže ste mi ťa kde prečo kedy má mám máte tento táto toto pri tiež veľmi podľa než aby boli
    pretože sme niečo teraz`,
  sl: `je v na da se ne so za od ki kako sem si ali pa ni bil bila bilo samo kot iz kateri še kje zakaj zelo lahko smo ste vse po
    tudi ker kaj bo z ima tega če že`,
  so: `waa iyo in ka ku uu ay oo la waxa aan ayaa lagu soo waxaa leh kale ah isku`,
  sq: `dhe në të është për një që nuk ka por nga unë ti ai ajo ju kjo ky më shumë jam janë ishte mund kur ku pse çfarë edhe ose
    vetëm pas mos së duke tek`,
  sr: `je i u na da se ne su za od što šta kako sam si ili ali nije bio bila bilo samo kao iz koji koja koje još gde zašto vrlo
    veoma može smo ste ti ona sve nakon posle ima sa ko mora ovo`,
  sv: `och att det som en är på för med av den inte jag till har ett om var de han så kan från vi du när eller nu hon mycket här
    där vad ska efter vid mig dig sig också utan bara varför hur skulle alla`,
  sw: `ya na wa kwa ni za katika la hii kuwa au kila mtu yake lakini hiyo hakuna sana kwamba mimi wewe yeye sisi huyu hapa kama
    vile watu hivyo kutoka bila kabla baada sasa nini wapi kwenye pia wote yote zaidi huo wangu yangu cha vya`,
  tl: `ang ng sa na mga ay si ko mo siya ito hindi ni para kung ako ikaw kami tayo sila nang din rin lang po ba pa niya namin
    kanyang bakit ano saan paano dahil isang`,
  tr: `bir ve bu da de için ne çok ile ama gibi daha ben sen var yok mi mı değil olarak olan en kadar her nasıl şey sonra ya ki
    bana beni onun neden nerede biz siz onlar ise veya olduğu oldu şimdi hiç iyi mu mü tüm göre`,
  vi: `là và của có không một những các cho được trong với người này đã tôi anh chị em ở đến khi từ như cũng để vào ra thì mà bạn
    rất nhiều gì nào đó lại về phải sẽ đang làm biết nó ông bà chúng`,
  yo: `ní ti fún tí àwọn pé kò sí láti àti gbogbo ẹni ó`,
  zu: `ukuthi futhi noma kodwa ngoba lapho uma yini kanjani bonke umuntu abantu hhayi kakhulu kanye ukuba yonke njengoba`,
};

/**
 * How the alphabet of a language differs from a to z, by BCP 47 tag: letters that it often has in addition, and letters that only names
 * and loan words have. Source: the exemplar characters of Unicode's CLDR, without rare ones such as Dutch ö.
 */
export const alphabets: Readonly<Record<string, readonly [added: string, missing: string]>> = {
  en: ['', ''],
  af: ['áâéèêëíîïóôúûý', ''],
  az: ['çəğıöşü', 'w'],
  ca: ['àçéèíïóòúü', 'kwy'],
  cs: ['áčďéěíňóřšťúůýž', 'qwx'],
  cy: ['âêëîïôûŵŷ', 'jkqvxz'],
  da: ['æøå', 'cqwxz'],
  de: ['äöüß', ''],
  eo: ['ĉĝĥĵŝŭ', 'qwxy'],
  es: ['áéíñóúü', 'kw'],
  et: ['äõöšüž', 'cfqwxyz'],
  eu: ['çñ', 'cqvwy'],
  fi: ['äöå', 'bcfqwxz'],
  fr: ['àâæçéèêëîïôœùûüÿ', 'kw'],
  ga: ['áéíóú', 'jkqvwxyz'],
  ha: ['ɓɗƙƴ', ''],
  hr: ['čćđšž', 'qwxy'],
  hu: ['áéíóöőúüű', 'qwx'],
  id: ['', ''],
  is: ['áæðéíóöþúý', 'cqwz'],
  it: ['àéèìóòù', 'jkwxy'],
  la: ['āēīōū', ''],
  lt: ['ąčęėįšųūž', 'qwx'],
  lv: ['āčēģīķļņšūž', 'qwxy'],
  ms: ['', ''],
  mt: ['àċèġħìòùż', 'cy'],
  nl: ['áéëíïóú', ''],
  no: ['æøåéèêóòôà', 'cqwxz'],
  pl: ['ąćęłńóśźż', 'qvx'],
  pt: ['àáâãçéêíóôõú', 'kwy'],
  ro: ['ăâîșțşţ', 'kqwy'],
  sk: ['áäčďéíĺľňóôŕšťúýž', 'qwx'],
  sl: ['čšž', 'qwxy'],
  so: ['', ''],
  sq: ['çë', 'w'],
  sr: ['čćđšž', 'qwxy'],
  sv: ['åäöéà', 'qwz'],
  sw: ['', ''],
  tl: ['ñ', ''],
  tr: ['çğıöşüâîû', 'qwx'],
  vi: ['àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ', 'fjwz'],
  yo: ['áàéèẹíìóòọṣúù', ''],
  zu: ['', ''],
};

/**
 * Larger languages, by those of their neighbors that may have no word or letter of their own in a sentence. Then it is assumed to be
 * in the larger language.
 */
export const largerNeighbors: Readonly<Record<string, string>> = { az: 'tr', ca: 'es' };

/** English words with such letters, which say nothing about the language of a text. Plurals need no entry. Source: dictionaries. */
export const accentedWords = `abbé adiós appliqué appliquéd après attaché açaí blasé boutonnière brûlée bête café canapé
  château châteaux cliché clichéd clientèle communiqué confrère consommé cortège coupé coöperate coöperation croûton crudité
  crèche crème crêpe derrière divorcé divorcée doppelgänger débutante débâcle décolletage décolleté décor déjà dénouement
  détente entrepôt entrée exposé façade fiancé fiancée flambé flambéed frappé fräulein fête föhn führer garçon gemütlich
  glacé glögg gruyère habañero habitué hôtel ingénue jalapeño jardinière kindergärtner króna krónur lamé lycée macramé manqué
  matinée matériel maître mañana moiré mâché mélange ménage métier mêlée naïf naïve naïvely naïveté noël née opéra outré
  passé piqué piñata première procès protégé purée pâté recherché risqué rosé roué régime rémoulade résumé sauté sautéed
  señor señora señorita smörgåsbord soirée soufflé soupçon séance touché tête vicuña voilà zoölogy à éclair éclat élan élite
  émigré épée étude über`;
