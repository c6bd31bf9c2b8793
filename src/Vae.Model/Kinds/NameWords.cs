namespace Vae.Model;

/// <summary>Words in the names of columns, by what they say about the column.</summary>
internal static class NameWords
{
    /// <summary>Names of columns that name the rows.</summary>
    public static readonly HashSet<string> RowNames = Set(
        "id ids index idx rownames rowname row rowid rownum rownumber recordid record obs obsno observation caseid "
        + "case caseno serial uuid guid key pk sno srno identifier uniquekey uniqueid");

    /// <summary>Names that programs give to columns without one.</summary>
    public static readonly HashSet<string> Anonymous = Set(
        "unnamed ...1 _c0 index level_0 rn x.1");

    /// <summary>Words before "id" at the end of a word.</summary>
    public static readonly HashSet<string> IdOwners = Set(
        "p s u q c g user subj subject pat patient row case cust customer emp employee student person part "
        + "participant order trip ride item product account acc passenger record member client household family sample "
        + "specimen animal session device machine transaction trans post tweet movie song track player team match game "
        + "loan policy claim store shop listing host");

    /// <summary>Persons and things that may have several rows.</summary>
    public static readonly HashSet<string> Individuals = Set(
        "subject subj patient person participant respondent individual student pupil worker child animal rat mouse "
        + "dog cow sheep pig chick tree plant litter brood family household pair stratum strata cluster batch lot block "
        + "county district station hospital clinic store shop town city village firm company groups");

    /// <summary>Labels, whose numbers have no order.</summary>
    public static readonly HashSet<string> Labels = Set(
        "class type kind species group grp category cat label target cluster variety treatment treat trt diet drug "
        + "method region state county country district city ward zone area site clinic center centre location loc place "
        + "station sex gender race ethnic ethnicity religion party marital status job occupation occup occ industry "
        + "sector sect department dept brand make maker model manufacturer colour color shape material field block plot "
        + "operator rater judge origin mode code cause reason experiment expt institution inst chain channel browser os "
        + "segment product relation relationship symptom diagnosis iso strain genotype vaccine arm cohort");

    /// <summary>Codes.</summary>
    public static readonly HashSet<string> Codes = Set(
        "zip zipcode zip_code postal postcode postalcode plz fips geoid sic naics code areacode phone telephone icd "
        + "isbn ean upc barcode sku cusip iban bin naic cip soc isco hs");

    /// <summary>Running numbers.</summary>
    public static readonly HashSet<string> Serials = Set(
        "number no nr num account passport ssn ticket serial isbn barcode phone telephone invoice receipt "
        + "registration licence license code patient subject customer employee student participant respondent");

    /// <summary>Years.</summary>
    public static readonly HashSet<string> Years = Set(
        "year yr years jahr annee ano anno yyyy yearid season vintage birthyear modelyear");

    /// <summary>Things that are counted.</summary>
    public static readonly HashSet<string> Counts = Set(
        "n num number count counts cnt freq frequency total nr visits calls children kids child kid sons daughters "
        + "articles art cases controls deaths births events accidents claims goals wins losses hits runs games rooms "
        + "bedrooms bathrooms floors doors population failures successes attempts trials breaks seizures fish eggs cars "
        + "crimes arrests injuries passengers employees siblings sibs sibsp parch cylinders gears pregnancies pregnant "
        + "parity puffs cigarettes cigs items errors defects clicks views orders members persons people tickets stops "
        + "stays messages mails emails purchases transactions companies words pages votes seats jobs trips bikes "
        + "rentals sessions users followers likes reviews students teachers schools species plants insects larvae "
        + "colonies offspring matings satellites sightings strikes fires quakes stations doctors lesions tumors tumours "
        + "relapses infections hospitalizations admissions discharges doses drinks shots rebounds assists steals blocks "
        + "turnovers fouls sold dependents dependants inhabitants killed injured wounded survivors survived caught "
        + "captured observed registered casual tests shares samplesize citations cites subs subscribers subscriptions holders "
        + "listings residents households");

    /// <summary>Things that are measured or paid.</summary>
    public static readonly HashSet<string> Measures = Set(
        "points price cost income salary wage wages earnings earn amount amt fare charge charges payment pay paid "
        + "revenue profit balance debt assets tax gdp gnp value worth rent loan credit expense expenses "
        + "expenditure spend spending budget limit fee money capital gain loss weight wt wgt mass height hgt ht length "
        + "len width wid depth size area distance dist speed velocity temp temperature pressure humidity power hp "
        + "horsepower mpg cty hwy disp displacement volume vol time duration seconds secs sec minutes mins hours hrs "
        + "hour rate ratio percent percentage pct perc prop share score scores mean avg average density dose conc "
        + "concentration glucose cholesterol chol triglycerides bp sbp dbp bmi lat lon lng long latitude longitude "
        + "elevation altitude age ages energy voltage frequency_hz watts kwh calories cal protein fat carbs sodium "
        + "sugar yield flow level_cm mm cm km kg lb lbs ml mg dl inches feet ft sqft iq gpa sat act test exam marks "
        + "pulse heart bpm wind solar ozone rain rainfall precipitation snow visibility radius perimeter diameter "
        + "circumference torque rpm strength hardness resistance load stress survival followup futime tenure seniority "
        + "experience exper exp account vitamin dollar euro pound degree gram kilo metre meter mile coordinate sqm");

    /// <summary>Durations and their units.</summary>
    public static readonly HashSet<string> Durations = Set(
        "duration times tenure seniority experience exper followup survival delay years yrs months weeks wks days hour hours hrs "
        + "minutes mins seconds secs");

    /// <summary>Groups, before "size".</summary>
    public static readonly HashSet<string> Groups
        = Set("family household hh party group litter brood clutch crew team class sample");

    /// <summary>Schooling.</summary>
    public static readonly HashSet<string> Schooling = Set("education edu educ ed school schooling");

    /// <summary>Titles and texts of a row.</summary>
    public static readonly HashSet<string> Titles = Set(
        "name names title url link email mail address description desc comment comments text note notes remark remarks abstract "
        + "summary firstname lastname fullname surname username ticket");

    /// <summary>Words that end as plurals do, and are none.</summary>
    public static readonly HashSet<string> NoPlurals = Set(
        "series species news lens diabetes herpes bias gas atlas canvas pancreas always has does was its this plus sales "
        + "values numbers others groups codes triceps biceps");

    /// <summary>Words after a noun: years at company, cases in 2019.</summary>
    public static readonly HashSet<string> Prepositions = Set("at in of per since for to from with on by");

    /// <summary>Amounts of money.</summary>
    public static readonly HashSet<string> Money = Set(
        "price cost income salary wage wages earnings amount fare charge charges payment revenue profit debt "
        + "assets tax gdp rent loan expense expenses expenditure fee money capital budget "
        + "saving deposit withdrawal premium benefit bonus fund grant turnover donation");

    /// <summary>Things with an order.</summary>
    public static readonly HashSet<string> Orders = Set(
        "rating ratings rate_1_5 grade grades rank ranking level levels stage quality satisfaction severity stars "
        + "star likert agree importance education edu educ degree month mon mth weekday dow quarter qtr tier score "
        + "performance difficulty priority risk danger health pclass band bracket generation phase ladder condition "
        + "overall attitude opinion trust interest happiness happy pain response day date hour run trial round session "
        + "visit wave period lap step cyl cylinders gear gears involvement predation exposure");

    private static HashSet<string> Set(string words) => [.. words.Split(' ')];
}
