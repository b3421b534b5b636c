"""Names by which essays call states and organisations: the name, the capital or seat that stands for it, its people.

A line is the key an actor gets, its name, and the further forms. Names that mean several things as often
(Korea, Congo, Georgia, Jordan's river) are left to their capitals and peoples. Our own table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True)
class Entry:
    """A state or an organisation."""

    key: str
    name: str
    kind: Literal["state", "organisation"]


_STATES = """\
us|United States|United States of America, America, American, Americans, U.S., US, USA, U.S.A., Washington
us|United States|White House, Pentagon
dprk|North Korea|DPRK, D.P.R.K., Democratic People's Republic of Korea, Pyongyang, North Korean, North Koreans
rok|South Korea|ROK, Republic of Korea, Seoul, South Korean, South Koreans, Blue House
china|China|People's Republic of China, PRC, Beijing, Chinese, Zhongnanhai
russia|Russia|Russian Federation, Moscow, Kremlin, Russian, Russians
japan|Japan|Tokyo, Japanese
taiwan|Taiwan|Taipei, Taiwanese, Republic of China
ukraine|Ukraine|Kyiv, Kiev, Ukrainian, Ukrainians
iran|Iran|Islamic Republic, Tehran, Iranian, Iranians
israel|Israel|Jerusalem, Israeli, Israelis
saudi_arabia|Saudi Arabia|Riyadh, Saudi, Saudis
emirates|United Arab Emirates|UAE, Emirates, Abu Dhabi, Emirati, Emiratis
qatar|Qatar|Doha, Qatari, Qataris
oman|Oman|Muscat, Omani, Omanis
kuwait|Kuwait|Kuwaiti, Kuwaitis
bahrain|Bahrain|Manama, Bahraini, Bahrainis
iraq|Iraq|Baghdad, Iraqi, Iraqis
syria|Syria|Damascus, Syrian, Syrians
lebanon|Lebanon|Beirut, Lebanese
jordan|Jordan|Amman, Jordanian, Jordanians
egypt|Egypt|Cairo, Egyptian, Egyptians
yemen|Yemen|Sanaa, Yemeni, Yemenis
turkey|Turkey|Türkiye, Ankara, Turkish, Turks
afghanistan|Afghanistan|Kabul, Afghan, Afghans
pakistan|Pakistan|Islamabad, Pakistani, Pakistanis
india|India|New Delhi, Delhi, Indian, Indians
bangladesh|Bangladesh|Dhaka, Bangladeshi, Bangladeshis
sri_lanka|Sri Lanka|Colombo, Sri Lankan, Sri Lankans
myanmar|Myanmar|Burma, Naypyidaw, Burmese
thailand|Thailand|Bangkok, Thai, Thais
vietnam|Vietnam|Hanoi, Vietnamese
cambodia|Cambodia|Phnom Penh, Cambodian, Cambodians
philippines|Philippines|Manila, Philippine, Filipino, Filipinos
indonesia|Indonesia|Jakarta, Indonesian, Indonesians
malaysia|Malaysia|Kuala Lumpur, Malaysian, Malaysians
singapore|Singapore|Singaporean, Singaporeans
australia|Australia|Canberra, Australian, Australians
new_zealand|New Zealand|New Zealander, New Zealanders
mongolia|Mongolia|Ulaanbaatar, Mongolian, Mongolians
kazakhstan|Kazakhstan|Astana, Kazakh, Kazakhs
uzbekistan|Uzbekistan|Tashkent, Uzbek, Uzbeks
azerbaijan|Azerbaijan|Baku, Azerbaijani, Azerbaijanis, Azeri
armenia|Armenia|Yerevan, Armenian, Armenians
georgia|Georgia (state)|Tbilisi, Georgian, Georgians
belarus|Belarus|Minsk, Belarusian, Belarusians
moldova|Moldova|Chisinau, Moldovan, Moldovans
uk|United Kingdom|UK, U.K., Britain, Great Britain, London, British, Britons, Downing Street, Whitehall
france|France|Paris, French
germany|Germany|Berlin, German, Germans
italy|Italy|Rome, Italian, Italians
spain|Spain|Madrid, Spanish, Spaniards
portugal|Portugal|Lisbon, Portuguese
netherlands|Netherlands|The Hague, Dutch
belgium|Belgium|Belgian, Belgians
poland|Poland|Warsaw, Polish, Poles
czechia|Czechia|Czech Republic, Prague, Czech, Czechs
slovakia|Slovakia|Bratislava, Slovak, Slovaks
hungary|Hungary|Budapest, Hungarian, Hungarians
romania|Romania|Bucharest, Romanian, Romanians
bulgaria|Bulgaria|Sofia, Bulgarian, Bulgarians
greece|Greece|Athens, Greek, Greeks
cyprus|Cyprus|Nicosia, Cypriot, Cypriots
serbia|Serbia|Belgrade, Serbian, Serbs
kosovo|Kosovo|Pristina, Kosovar, Kosovars
bosnia|Bosnia and Herzegovina|Bosnia, Sarajevo, Bosnian, Bosnians
croatia|Croatia|Zagreb, Croatian, Croats
austria|Austria|Vienna, Austrian, Austrians
switzerland|Switzerland|Bern, Swiss
sweden|Sweden|Stockholm, Swedish, Swedes
norway|Norway|Oslo, Norwegian, Norwegians
finland|Finland|Helsinki, Finnish, Finns
denmark|Denmark|Copenhagen, Danish, Danes
estonia|Estonia|Tallinn, Estonian, Estonians
latvia|Latvia|Riga, Latvian, Latvians
lithuania|Lithuania|Vilnius, Lithuanian, Lithuanians
canada|Canada|Ottawa, Canadian, Canadians
mexico|Mexico|Mexico City, Mexican, Mexicans
cuba|Cuba|Havana, Cuban, Cubans
venezuela|Venezuela|Caracas, Venezuelan, Venezuelans
colombia|Colombia|Bogotá, Bogota, Colombian, Colombians
brazil|Brazil|Brasília, Brasilia, Brazilian, Brazilians
argentina|Argentina|Buenos Aires, Argentine, Argentines
chile|Chile|Santiago, Chilean, Chileans
peru|Peru|Lima, Peruvian, Peruvians
guyana|Guyana|Georgetown, Guyanese
ethiopia|Ethiopia|Addis Ababa, Ethiopian, Ethiopians
eritrea|Eritrea|Asmara, Eritrean, Eritreans
somalia|Somalia|Mogadishu, Somali, Somalis
sudan|Sudan|Khartoum, Sudanese
kenya|Kenya|Nairobi, Kenyan, Kenyans
rwanda|Rwanda|Kigali, Rwandan, Rwandans
drc|Democratic Republic of the Congo|Kinshasa, Congolese, DRC
nigeria|Nigeria|Abuja, Nigerian, Nigerians
mali|Mali|Bamako, Malian, Malians
niger|Niger|Niamey, Nigerien, Nigeriens
burkina_faso|Burkina Faso|Ouagadougou, Burkinabe
libya|Libya|Tripoli, Libyan, Libyans
algeria|Algeria|Algiers, Algerian, Algerians
morocco|Morocco|Rabat, Moroccan, Moroccans
tunisia|Tunisia|Tunis, Tunisian, Tunisians
south_africa|South Africa|Pretoria, South African, South Africans
"""
_ORGANISATIONS = """\
eu|European Union|EU, E.U., Brussels, European Commission
nato|NATO|Nato, North Atlantic Treaty Organization, Atlantic Alliance
un|United Nations|UN, U.N., Security Council, UNSC
iaea|International Atomic Energy Agency|IAEA
asean|ASEAN|Asean, Association of Southeast Asian Nations
opec|OPEC|Opec, OPEC+
imf|International Monetary Fund|IMF
wto|World Trade Organization|WTO
world_bank|World Bank|
african_union|African Union|AU
hamas|Hamas|
hezbollah|Hezbollah|Hizbullah, Hizbollah
houthis|Houthis|Houthi, Ansar Allah
taliban|Taliban|
palestinian_authority|Palestinian Authority|Ramallah, PLO
g7|G7|Group of Seven, G-7
brics|BRICS|
quad|Quad|
us_congress|U.S. Congress|Congress, Capitol Hill, Senate, House of Representatives
"""


@cache
def list_forms() -> Mapping[str, Entry]:
    """Every form of every name, and what it stands for."""
    found: dict[str, Entry] = {}
    for kind, table in (("state", _STATES), ("organisation", _ORGANISATIONS)):
        for line in table.splitlines():
            key, name, forms = line.split("|")
            entry = Entry(key, name, kind)  # type: ignore[arg-type]
            found |= dict.fromkeys((form for form in (name, *forms.split(", ")) if form), entry)
    return MappingProxyType(found)


@cache
def name_pattern() -> re.Pattern[str]:
    """Finds any form, the longest that fits."""
    forms = sorted(list_forms(), key=lambda form: -len(form))
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(re.escape(form) for form in forms)})(?![\w+])")
