namespace Vae.Model;

/// <summary>Scales of words that people use for ordered levels, as text.</summary>
internal static class ScaleWords
{
    /// <summary>A line for each scale; one that begins with spaces goes on with the scale before it. Steps are separated by a
    /// smaller-than sign between spaces, words of one step by bars.</summary>
    public const string Lines = """
        none|nil|zero < extremely low|lowest|minimum|min < very low|vlow < low|lo|lower < lower middle|low medium
          |lower medium|medium low < medium|med|middle|mid|moderate|average|avg|normal|intermediate|typical
          < upper middle|medium high|upper medium < high|hi|upper|elevated|raised < very high|vhigh < extremely high|highest
          |maximum|max
        l < m < h
        below < equal|at|on|same|within|normal|average < above
        below normal|below average|lt norm|abnormal low < normal|average|norm < above normal|above average|gt norm
          |abnormal high
        xxxs|3xs < xxs|2xs|extra extra small < xs|extra small|tiny|very small < s|small|sm|little < s m < m|medium|med|mid
          |midsize|mid size|average < l|large|lg|big|full size < xl|extra large|x large|very large|huge < xxl|2xl|xx large
          < xxxl|3xl < xxxxl|4xl
        compact < midsize|mid size < large|full size
        never|none|not at all|non|no < former < almost never|very rarely|hardly ever < rarely|seldom|rare|infrequently|occas
          |occasional < sometimes|occasionally|some|now and then|half the time|about half the time < often|frequently
          |regularly|regular|regul|freq|frequent|most of the time|usually|mostly < very often|almost always|nearly always
          |heavy < always|all the time
        never < less than once a year < yearly|annually|once a year|annual < several times a year < quarterly
          < monthly|once a month < fortnightly|biweekly < weekly|once a week < several times a week < daily|every day
          |once a day < several times a day|hourly
        terrible|awful|very bad|very poor|worst < bad|poor < below average|worse < regular|fair|mediocre|so so|passable
          |acceptable|ok|okay < average|normal|medium|satisfactory|standard < good|gd < better < very good|great
          < premium < excellent|ideal|best|superior|outstanding|ex < exceptional|perfect
        strongly disagree|disagree strongly|sd < disagree|tend to disagree|mostly disagree < somewhat disagree
          |slightly disagree|disagree a little|disagree somewhat < neutral|neither|undecided|neither agree nor disagree
          |unsure|no opinion|not sure|agree disagree|uncertain < somewhat agree|slightly agree|agree a little|agree somewhat
          < agree|tend to agree|mostly agree < strongly agree|agree strongly|sa
        none|no|absent|no pain|normal|asymptomatic|healthy < trace|minimal|very mild|minor|slight|borderline < mild|light
          |low < mild to moderate|mod mild < moderate|mod|medium|some < moderate to severe < severe|serious|marked|heavy
          |pot severe|major|high < very severe|critical|extreme|profound < fatal|death|dead
        none|no|nothing|zero|nil < very few|very little|hardly any < few|a few|little|a little|some|slight < half|several
          |moderate < many|much|a lot|lots|marked|most|great deal < all|full|complete|everything|total
        none|no < partial|part|half < full|complete|total|completely
        first|1st|i|one < second|2nd|ii|two < third|3rd|iii|three < fourth|4th|iv|four < fifth|5th|v|five < sixth|6th|vi|six
          < seventh|7th|vii|seven < eighth|8th|viii|eight < ninth|9th|ix|nine < tenth|10th|x|ten < eleventh|11th|xi|eleven
          < twelfth|12th|xii|twelve
        single < double|twice < triple < quadruple
        fail|failed < pass|passed|sufficient < credit|merit|good|satisfactory < distinction|very good|honours|honors
          |excellent
        january|jan < february|feb < march|mar < april|apr < may < june|jun < july|jul < august|aug < september|sep|sept
          < october|oct < november|nov < december|dec
        monday|mon|mo < tuesday|tue|tues|tu < wednesday|wed|we|weds < thursday|thu|thur|thurs|th < friday|fri|fr
          < saturday|sat|sa < sunday|sun|su
        morning|am < noon|midday < afternoon < evening < night
        none|no school|no schooling|illiterate|no education|uneducated|no formal education < preschool|kindergarten|nursery
          < 1st 4th|below primary < primary|elementary|basic|primary school|elementary school|5th 6th|grade school|basic 4y
          |4th grade|less than 9th < basic 6y|6th grade < middle|middle school|7th 8th|junior high|lower secondary|basic 9y
          |8th grade|8th < 9th|9 11th grade|9th grade < 10th|some high school|some hs|lt high school|less than high school
          |lths|below high school|below secondary|10th grade|< hs grad|lhs|<hs grad < 11th < 12th < high school|hs|secondary
          |hs grad|high school grad|high school graduate|secondary school|upper secondary|highschool|high school diploma|hsg
          |grad hs|12th grade < below college|vocational|professional course|voc|associates degree voc
          < some college|some university|junior college|jun coll|jc < assoc voc|associate|associates|associate degree
          |associates degree|assoc < assoc acdm < college|tertiary|higher|university|univ|college grad|graduate
          |university degree|undergraduate|college degree|college graduate|university education < bachelor|bachelors
          |bachelors degree|bachelor degree|bs|ba|4yr college < some postgraduate|some graduate < master|masters
          |masters degree|ma|ms|postgraduate|post graduate|graduate school|advanced degree|graduate degree|postgrad
          < prof school|professional|professional degree < doctor|doctorate|phd|doctoral|doctorate degree
        freezing|very cold|frigid < cold < cool|chilly|mild cold < mild|moderate|lukewarm < warm < hot < very hot
        cold < temperate|mild < hot|tropical
        dry|arid < moist|damp|semi arid|medium|normal < wet|humid
        baby|infant|newborn < toddler < child|children|juvenile|kid|boy < adolescent|teen|teenager|youth|subadult|immature
          < young|young adult < adult|middle|middle aged|middle age|mature < old|older|elderly|senior|aged|older adult
        light|lightweight < medium|middle|moderate|middleweight < heavy|heavyweight|strong < very heavy
        no < light|occasional < moderate|medium < heavy
        very short < short < medium|average|middle|intermediate|mid < tall|long < very tall|very long
        thin < medium|middle|normal < thick|fat
        underweight|insufficient weight < normal|normal weight|healthy|healthy weight < overweight|overweight level i
          < overweight level ii < obese|obesity|obesity type i < severely obese|morbidly obese|obesity type ii
          < obesity type iii
        very slow < slow|slower < medium|moderate|average|normal < fast|faster|quick < very fast
        early|beginning|start|begin < middle|mid|intermediate < late|end|final < very late
        before|pre|baseline < during|mid < after|post < follow up|followup
        past < present|current < future
        very weak < weak < medium|moderate|average|normal < strong < very strong
        very easy < easy|beginner|novice|basic < medium|moderate|intermediate|normal|average < hard|difficult|advanced
          |challenging < very hard|very difficult|expert
        very negative < negative|neg < neutral|none|mixed|zero < positive|pos < very positive
        much worse < worse|worsened|deteriorated|declined < same|unchanged|no change|equal|stable|about the same
          < better|improved|slightly better < much better|cured|recovered
        decrease|decreased|down|falling|less|fewer|drop < same|stable|unchanged|no change|constant|equal|steady|none
          < increase|increased|up|rising|more|rise
        extremely liberal|very liberal|extrmly liberal < liberal|left < slightly liberal|slghtly liberal|center left
          < moderate|middle|center|centre|centrist|moderate middle of the road < slightly conservative|slghtly conservative
          |center right < conservative|right < very conservative|extremely conservative|extrmly conservative
        trainee|intern|apprentice|entry|entry level < junior|jr < mid|middle|intermediate|mid level|associate
          < senior|sr < lead|principal|staff < manager|director < executive|c level
        lecturer|instructor < asstprof|assistant|assistant professor|assistant prof < assocprof|associate
          |associate professor|associate prof < prof|full|professor|full professor
        freshman|freshmen < sophomore < junior < senior < graduate
        bronze < silver < gold < platinum < diamond
        economy|eco|coach < eco plus|premium economy|economy plus < business < first
        free < basic|standard|starter < plus|pro|premium|professional < enterprise|business|ultimate
        i3 < i2 < i1 < si3 < si2 < si1 < vs2 < vs1 < vvs2 < vvs1 < if < fl
        minor|trivial < major|serious < critical|blocker
        poor|lower class|low income|lower income < working class|working < middle class|lower middle class|middle income
          |middle < upper middle class < upper class|rich|high income|upper income|wealthy|upper
        young < middle|adult|mid < old
        single|one < two|double < three or more|many|multiple
        """;
}
