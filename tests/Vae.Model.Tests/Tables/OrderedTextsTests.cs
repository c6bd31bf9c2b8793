namespace Vae.Model.Tests;

public sealed class OrderedTextsTests
{
    [Theory]
    [InlineData("low|medium|high")]
    [InlineData("Very Low|Low|High|Very High")]
    [InlineData("small|medium|large")]
    [InlineData("XS|S|M|L|XL|XXL")]
    [InlineData("never|rarely|sometimes|often|always")]
    [InlineData("Never|Occas|Regul|Heavy")]
    [InlineData("None|Some|Freq")]
    [InlineData("Fair|Good|Very Good|Premium|Ideal")]
    [InlineData("poor|fair|good|very good|excellent")]
    [InlineData("strongly disagree|disagree|neutral|agree|strongly agree")]
    [InlineData("none|mild|moderate|severe")]
    [InlineData("None|Some|Marked")]
    [InlineData("first|second|third")]
    [InlineData("1st|2nd|3rd")]
    [InlineData("Jan|Feb|Mar|Dec")]
    [InlineData("Monday|Tuesday|Friday|Sunday")]
    [InlineData("25-34|35-44|45-54|55-64|65-74|75+")]
    [InlineData("0-39g/day|40-79|80-119|120+")]
    [InlineData("<20|20-30|>30")]
    [InlineData("(0,10]|(10,20]|(20,100]")]
    [InlineData("0-5yrs|6-11yrs|12+ yrs")]
    [InlineData("under 18|18 to 64|65 and over")]
    [InlineData("Below_College|College|Bachelor|Master|Doctor")]
    [InlineData("elementary|secondary|tertiary")]
    [InlineData("Preschool|1st-4th|5th-6th|9th|HS-grad|Some-college|Bachelors|Masters|Doctorate")]
    [InlineData("1. < HS Grad|2. HS Grad|3. Some College|4. College Grad|5. Advanced Degree")]
    [InlineData("AsstProf|AssocProf|Prof")]
    [InlineData("Non-Travel|Travel_Rarely|Travel_Frequently")]
    [InlineData("not too happy|pretty happy|very happy")]
    [InlineData("very dissatisfied|dissatisfied|neutral|satisfied|very satisfied")]
    [InlineData("low risk|medium risk|high risk")]
    [InlineData("10 mg|20 mg|40 mg")]
    [InlineData("Stage I|Stage II|Stage III|Stage IV")]
    [InlineData("CCC|B|BB|BBB|A|AA|AAA")]
    [InlineData("I1|SI2|SI1|VS2|VS1|VVS2|VVS1|IF")]
    public void Levels_that_are_known_by_their_words_are_found_in_order(string order)
    {
        var levels = order.Split('|');

        Assert.Equal(levels, OrderedTexts.Find([.. levels.Reverse()], new ColumnWords("a")));
        Assert.Equal(levels, OrderedTexts.Find([.. levels.Order(StringComparer.Ordinal)], new ColumnWords("a")));
    }

    [Theory]
    [InlineData("red|green|blue")]
    [InlineData("setosa|versicolor|virginica")]
    [InlineData("A|B|C")]
    [InlineData("3-1|0-0|2-4")]
    [InlineData("1st|2nd|3rd|Crew")]
    [InlineData("area_code_415|area_code_408|area_code_510")]
    [InlineData("north|south|east|west")]
    [InlineData("single|married|divorced")]
    public void Other_levels_have_no_order(string levels)
        => Assert.Null(OrderedTexts.Find(levels.Split('|'), new ColumnWords("a")));

    [Fact]
    public void Letters_are_grades_where_the_name_says_so()
        => Assert.Equal(["D", "C", "B", "A"], OrderedTexts.Find(["A", "B", "C", "D"], new ColumnWords("grade")));
}
