namespace Vae.Model;

/// <summary>The words of a column's name, and what they say about its kind where the values alone leave it open.</summary>
/// <remarks>A name only decides between kinds that the values allow.</remarks>
internal sealed class ColumnWords
{
    private readonly string _written;
    private readonly string _name;
    private readonly string[] _words;

    /// <summary>Splits a name into words: at underscores, points, spaces and where a capital follows a small letter.</summary>
    public ColumnWords(string name)
    {
        _written = name.Trim();
        _name = _written.ToLowerInvariant();
        _words = [.. Split(name)];
    }

    /// <summary>The words in lower case.</summary>
    public IReadOnlyList<string> All => _words;

    /// <summary>Whether the name is missing, or one that programs give to a column of row names.</summary>
    public bool IsAnonymous => _words.Length == 0 || NameWords.Anonymous.Contains(_name)
        || _name.StartsWith("unnamed", StringComparison.Ordinal) || _name.StartsWith("column ", StringComparison.Ordinal);

    /// <summary>Whether the name may be one that a program gave to a column of row numbers, and as well another's.</summary>
    public bool MayBeAnonymous => _written is "X" or "V1" or "column1" or "column_1" or "field1";

    /// <summary>Whether the name says that the column names the rows.</summary>
    public bool IsId => NameWords.RowNames.Contains(_name) || NameWords.RowNames.Contains(string.Concat(_words)) || EndsInId;

    /// <summary>Whether the name is a person's or a thing's that may have several rows: "subject", "lot no", but not "lot
    /// frontage".</summary>
    public bool IsIndividual => _words.Length > 0 && (NameWords.Individuals.Contains(_words[^1])
        || (_words.Length > 1 && _words[^1] is "no" or "nr" or "num" or "number" && NameWords.Individuals.Contains(_words[^2])));

    /// <summary>Whether the name is a label's, whose numbers have no order.</summary>
    public bool IsLabel => Has(NameWords.Labels);

    /// <summary>Whether the name is a code's.</summary>
    public bool IsCode => Has(NameWords.Codes) || NameWords.Codes.Contains(string.Concat(_words));

    /// <summary>Whether the name may be a running number's.</summary>
    public bool IsSerial => Has(NameWords.Serials);

    /// <summary>Whether the name is that of a place in an order of all rows.</summary>
    public bool IsRank => Has("rank") || Has("ranking");

    /// <summary>Whether the name is a year's.</summary>
    public bool IsYear => _words.Any(word => word is "year" or "yr" or "jahr") || NameWords.Years.Contains(string.Concat(_words));

    /// <summary>Whether the name is a count's.</summary>
    public bool IsCount => !(_words.Length > 1 && _words[^1] is "num" or "no" or "nr" or "number")
        && _words is not ["nr"]
        && (_words is ["no" or "nr", _, ..] || IsSampleSize || _words.Any(word => NameWords.Counts.Contains(word)
            || (word.Length > 3 && word[0] == 'n' && NameWords.Counts.Contains(word[1..]))));

    /// <summary>Whether the name is that of goods sold or of what was paid for them.</summary>
    public bool IsSale => _words.Length > 0 && _words[^1] == "sales";

    /// <summary>Whether the name is the size of a group of people or animals.</summary>
    public bool IsGroupSize => _words.Length is 1 or 2 && _words[^1].EndsWith("size", StringComparison.Ordinal)
        && (_words.Length == 1 || NameWords.Groups.Contains(_words[0]));

    /// <summary>Whether the name is that of a duration, which people give in whole days, months or years.</summary>
    public bool IsDuration => _words.Any(word => NameWords.Durations.Contains(word)
        || (word.EndsWith("time", StringComparison.Ordinal) && word is not ("datetime" or "daytime")));

    /// <summary>Whether the name is that of years or levels at school.</summary>
    public bool IsSchooling => Has(NameWords.Schooling);

    /// <summary>Whether the name is that of a moment.</summary>
    public bool IsDated => _words.Any(word => word is "date" or "datetime" or "timestamp");

    /// <summary>Whether the name is a title or a text of each row.</summary>
    public bool IsTitle => Has(NameWords.Titles);

    /// <summary>Whether the name is a noun in the plural: things, or things somewhere.</summary>
    public bool IsPlural => _words.Length > 0 && (IsPluralNoun(_words[^1])
        || Enumerable.Range(1, _words.Length - 1)
            .Any(i => NameWords.Prepositions.Contains(_words[i]) && IsPluralNoun(_words[i - 1])));

    /// <summary>Whether the name is that of an age.</summary>
    public bool IsAge => Has("age") || Has("ages");

    /// <summary>Whether the name is that of something measured or paid.</summary>
    public bool IsMeasure => HasOneOrMore(NameWords.Measures) || IsMoney;

    /// <summary>Whether the name is that of an amount of money.</summary>
    public bool IsMoney => HasOneOrMore(NameWords.Money);

    /// <summary>Whether the name is that of something with an order.</summary>
    public bool IsOrder => Has(NameWords.Orders) || (Has("size") && !IsGroupSize);

    /// <summary>Whether the name has a word.</summary>
    public bool Has(string word) => _words.Contains(word);

    /// <summary>Whether the name is "id" with one letter before it, which may be anything's.</summary>
    public bool IsOneLetterId => _words.Length == 1 && _words[0].Length == 3 && EndsInId;

    private bool IsSampleSize
        => Enumerable.Range(1, int.Max(0, _words.Length - 1)).Any(i => _words[i] == "size" && _words[i - 1] == "sample");

    private bool EndsInId => _words.Length > 0
        && (_words[^1] is "id" or "ids" or "uuid" or "guid"
            || (_words[^1].EndsWith("id", StringComparison.Ordinal) && !char.IsDigit(_written[^1])
                && IsIdOwner(_words[^1][..^2])));

    private static bool IsIdOwner(string word)
        => NameWords.IdOwners.Contains(word) || NameWords.Individuals.Contains(word) || NameWords.Labels.Contains(word);

    private bool Has(HashSet<string> words) => _words.Any(words.Contains);

    private bool HasOneOrMore(HashSet<string> words)
        => _words.Any(word => words.Contains(word) || (word.Length > 3 && word[^1] == 's' && words.Contains(word[..^1])));

    private static bool IsPluralNoun(string word)
        => word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') && !NameWords.NoPlurals.Contains(word);

    private static IEnumerable<string> Split(string name)
    {
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var isEnd = i == name.Length || !char.IsLetterOrDigit(name[i]);
            var isTurn = !isEnd && i > start && char.IsUpper(name[i])
                && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]) && char.IsUpper(name[i - 1])));
            if ((isEnd || isTurn) && i > start)
            {
                yield return name[start..i].TrimEnd("0123456789".ToCharArray()) is { Length: > 0 } word
                    ? word.ToLowerInvariant()
                    : name[start..i];
            }

            start = isEnd ? i + 1 : isTurn ? i : start;
        }
    }
}
