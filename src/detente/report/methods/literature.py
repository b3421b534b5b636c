"""The works that the methods of Détente come from. A DOI stands only where it has been looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Work:
    """One entry of a bibliography."""

    kind: Literal["article", "book", "incollection", "techreport"]
    #: family name first: ``Nash, John``
    authors: tuple[str, ...]
    year: int
    title: str
    #: of an article its journal, of a book its publisher, of a chapter its book, of a report who issued it
    venue: str
    volume: str = ""
    number: str = ""
    pages: str = ""
    doi: str = ""

    def __str__(self) -> str:
        where = self.venue
        if self.volume:
            where += f" {self.volume}" + (f"({self.number})" if self.number else "")
        if self.pages:
            where += f", {self.pages}" if self.volume else f": {self.pages}"
        names = " and ".join([", ".join(self.authors[:-1]), self.authors[-1]] if self.authors[1:] else self.authors)
        names = names.strip("{}")  # which keep the name of a body in one piece for BibTeX
        return f"{names} ({self.year}). {self.title}. {where}.{f' doi:{self.doi}' if self.doi else ''}"


def _article(names: str, year: int, title: str, venue: str, place: str, doi: str = "") -> Work:
    """``place`` is ``volume(number), pages``."""
    issue, _, pages = place.partition(", ")
    volume, _, number = issue.partition("(")
    return Work("article", tuple(names.split("; ")), year, title, venue, volume, number.rstrip(")"), pages, doi)


def _book(names: str, year: int, title: str, publisher: str, doi: str = "") -> Work:
    return Work("book", tuple(names.split("; ")), year, title, publisher, doi=doi)


def _chapter(names: str, year: int, title: str, book: str, pages: str = "") -> Work:
    return Work("incollection", tuple(names.split("; ")), year, title, book, pages=pages)


_JASA = "Journal of the American Statistical Association"

#: by key, as in the BibTeX file
WORKS: Mapping[str, Work] = {
    "achen2006": _chapter(
        "Achen, Christopher H.",
        2006,
        "Institutional Realism and Bargaining Models",
        "The European Union Decides, Cambridge University Press",
    ),
    "arcidiacono2016": _article(
        "Arcidiacono, Peter; Bayer, Patrick; Blevins, Jason R.; Ellickson, Paul B.",
        2016,
        "Estimation of Dynamic Discrete Choice Models in Continuous Time with an Application to Retail Competition",
        "The Review of Economic Studies",
        "83(3), 889-931",
    ),
    "arregui2022": _article(
        "Arregui, Javier; Perarnaud, Clément",
        2022,
        "A New Dataset on Legislative Decision-Making in the European Union: The DEU III Dataset",
        "Journal of European Public Policy",
        "29(1), 12-22",
        "10.1080/13501763.2021.1991983",
    ),
    "black1958": _book("Black, Duncan", 1958, "The Theory of Committees and Elections", "Cambridge University Press"),
    "bogacki1989": _article(
        "Bogacki, Przemyslaw; Shampine, Lawrence F.",
        1989,
        "A 3(2) Pair of Runge-Kutta Formulas",
        "Applied Mathematics Letters",
        "2(4), 321-325",
        "10.1016/0893-9659(89)90079-7",
    ),
    "brier1950": _article(
        "Brier, Glenn W.",
        1950,
        "Verification of Forecasts Expressed in Terms of Probability",
        "Monthly Weather Review",
        "78(1), 1-3",
        "10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
    ),
    "buenodemesquita1985": _article(
        "Bueno de Mesquita, Bruce",
        1985,
        "The War Trap Revisited: A Revised Expected Utility Model",
        "American Political Science Review",
        "79(1), 156-177",
    ),
    "buenodemesquita1994": _chapter(
        "Bueno de Mesquita, Bruce",
        1994,
        "Political Forecasting: An Expected Utility Method",
        "European Community Decision Making: Models, Applications, and Comparisons, Yale University Press",
        "71-104",
    ),
    "fang1993": _book(
        "Fang, Liping; Hipel, Keith W.; Kilgour, D. Marc",
        1993,
        "Interactive Decision Making: The Graph Model for Conflict Resolution",
        "Wiley",
    ),
    "fraser1979": _article(
        "Fraser, Niall M.; Hipel, Keith W.",
        1979,
        "Solving Complex Conflicts",
        "IEEE Transactions on Systems, Man, and Cybernetics",
        "9(12), 805-816",
    ),
    "freedman1983": _article(
        "Freedman, David; Lane, David",
        1983,
        "A Nonstochastic Interpretation of Reported Significance Levels",
        "Journal of Business & Economic Statistics",
        "1(4), 292-298",
        "10.1080/07350015.1983.10509354",
    ),
    "gneiting2007": _article(
        "Gneiting, Tilmann; Raftery, Adrian E.",
        2007,
        "Strictly Proper Scoring Rules, Prediction, and Estimation",
        _JASA,
        "102(477), 359-378",
        "10.1198/016214506000001437",
    ),
    "good1952": _article(
        "Good, I. J.",
        1952,
        "Rational Decisions",
        "Journal of the Royal Statistical Society, Series B",
        "14(1), 107-114",
        "10.1111/j.2517-6161.1952.tb00104.x",
    ),
    "howard1971": _book(
        "Howard, Nigel", 1971, "Paradoxes of Rationality: Theory of Metagames and Political Behavior", "MIT Press"
    ),
    "icd203": Work(
        "techreport",
        ("{Office of the Director of National Intelligence}",),
        2015,
        "Intelligence Community Directive 203: Analytic Standards",
        "Office of the Director of National Intelligence",
    ),
    "jehiel1995": _article(
        "Jehiel, Philippe",
        1995,
        "Limited Horizon Forecast in Repeated Alternate Games",
        "Journal of Economic Theory",
        "67(2), 497-519",
        "10.1006/jeth.1995.1082",
    ),
    "jensen1953": _article(
        "Jensen, Arne",
        1953,
        "Markoff Chains as an Aid in the Study of Markoff Processes",
        "Scandinavian Actuarial Journal",
        "1953(sup1), 87-91",
        "10.1080/03461238.1953.10419459",
    ),
    "joe2008": _article(
        "Joe, Stephen; Kuo, Frances Y.",
        2008,
        "Constructing Sobol Sequences with Better Two-Dimensional Projections",
        "SIAM Journal on Scientific Computing",
        "30(5), 2635-2654",
        "10.1137/070709359",
    ),
    "kalai1975": _article(
        "Kalai, Ehud; Smorodinsky, Meir",
        1975,
        "Other Solutions to Nash's Bargaining Problem",
        "Econometrica",
        "43(3), 513-518",
        "10.2307/1914280",
    ),
    "kalai1977": _article(
        "Kalai, Ehud",
        1977,
        "Nonsymmetric Nash Solutions and Replications of 2-Person Bargaining",
        "International Journal of Game Theory",
        "6(3), 129-133",
        "10.1007/BF01774658",
    ),
    "kent1964": _article(
        "Kent, Sherman", 1964, "Words of Estimative Probability", "Studies in Intelligence", "8(4), 49-65"
    ),
    "kish1965": _book("Kish, Leslie", 1965, "Survey Sampling", "Wiley"),
    "kruskal1952": _article(
        "Kruskal, William H.; Wallis, W. Allen",
        1952,
        "Use of Ranks in One-Criterion Variance Analysis",
        _JASA,
        "47(260), 583-621",
        "10.1080/01621459.1952.10483441",
    ),
    "malcolm1959": _article(
        "Malcolm, D. G.; Roseboom, J. H.; Clark, C. E.; Fazar, W.",
        1959,
        "Application of a Technique for Research and Development Program Evaluation",
        "Operations Research",
        "7(5), 646-669",
        "10.1287/opre.7.5.646",
    ),
    "matejka2015": _article(
        "Matějka, Filip; McKay, Alisdair",
        2015,
        "Rational Inattention to Discrete Choices: A New Foundation for the Multinomial Logit Model",
        "American Economic Review",
        "105(1), 272-298",
        "10.1257/aer.20130047",
    ),
    "matousek1998": _article(
        "Matoušek, Jiří",
        1998,
        "On the L2-Discrepancy for Anchored Boxes",
        "Journal of Complexity",
        "14(4), 527-556",
        "10.1006/jcom.1998.0489",
    ),
    "mckelvey1998": _article(
        "McKelvey, Richard D.; Palfrey, Thomas R.",
        1998,
        "Quantal Response Equilibria for Extensive Form Games",
        "Experimental Economics",
        "1(1), 9-41",
        "10.1023/A:1009905800005",
    ),
    "nash1950": _article(
        "Nash, John F.", 1950, "The Bargaining Problem", "Econometrica", "18(2), 155-162", "10.2307/1907266"
    ),
    "nash1951": _article(
        "Nash, John", 1951, "Non-Cooperative Games", "Annals of Mathematics", "54(2), 286-295", "10.2307/1969529"
    ),
    "pianosi2018": _article(
        "Pianosi, Francesca; Wagener, Thorsten",
        2018,
        "Distribution-Based Sensitivity Analysis from a Generic Input-Output Sample",
        "Environmental Modelling & Software",
        "108, 197-207",
        "10.1016/j.envsoft.2018.07.019",
    ),
    "rabiner1989": _article(
        "Rabiner, Lawrence R.",
        1989,
        "A Tutorial on Hidden Markov Models and Selected Applications in Speech Recognition",
        "Proceedings of the IEEE",
        "77(2), 257-286",
        "10.1109/5.18626",
    ),
    "rego2017": _article(
        "Rêgo, Leandro Chaves; Vieira, Giannini Italino Alves",
        2017,
        "Symmetric Sequential Stability in the Graph Model for Conflict Resolution with Multiple Decision Makers",
        "Group Decision and Negotiation",
        "26(4), 775-792",
        "10.1007/s10726-016-9520-8",
    ),
    "savage1951": _article(
        "Savage, L. J.",
        1951,
        "The Theory of Statistical Decision",
        _JASA,
        "46(253), 55-67",
        "10.1080/01621459.1951.10500768",
    ),
    "scholz2011": _article(
        "Scholz, Jason B.; Calbert, Gregory J.; Smith, Glen A.",
        2011,
        "Unravelling Bueno De Mesquita's Group Decision Model",
        "Journal of Theoretical Politics",
        "23(4), 510-531",
        "10.1177/0951629811418142",
    ),
    "spearman1904": _article(
        "Spearman, C.",
        1904,
        "The Proof and Measurement of Association between Two Things",
        "The American Journal of Psychology",
        "15(1), 72-101",
        "10.2307/1412159",
    ),
    "stokman1994": _chapter(
        "Stokman, Frans N.; Van Oosten, Reinier",
        1994,
        "The Exchange of Voting Positions: An Object-Oriented Model of Policy Networks",
        "European Community Decision Making: Models, Applications, and Comparisons, Yale University Press",
    ),
    "westfall1993": _book(
        "Westfall, Peter H.; Young, S. Stanley",
        1993,
        "Resampling-Based Multiple Testing: Examples and Methods for p-Value Adjustment",
        "Wiley",
    ),
    "wilson1927": _article(
        "Wilson, Edwin B.",
        1927,
        "Probable Inference, the Law of Succession, and Statistical Inference",
        _JASA,
        "22(158), 209-212",
        "10.1080/01621459.1927.10502953",
    ),
    "wintle2019": _article(
        "Wintle, Bonnie C.; Fraser, Hannah; Wills, Ben C.; Nicholson, Ann E.; Fidler, Fiona",
        2019,
        "Verbal Probabilities: Very Likely to Be Somewhat More Confusing than Numbers",
        "PLoS ONE",
        "14(4), e0213522",
        "10.1371/journal.pone.0213522",
    ),
    "wise2015": Work(
        "techreport",
        ("Wise, Ben", "Lester, Leo", "Efird, Brian"),
        2015,
        "An Introduction to the KAPSARC Toolkit for Behavioral Analysis (KTAB)",
        "King Abdullah Petroleum Studies and Research Center",
    ),
    "xu2018": _book(
        "Xu, Haiyan; Hipel, Keith W.; Kilgour, D. Marc; Fang, Liping",
        2018,
        "Conflict Resolution Using the Graph Model: Strategic Interactions in Competition and Cooperation",
        "Springer",
        "10.1007/978-3-319-77670-5",
    ),
}
