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

    /// <summary>Whether the name is a person's or a thing's that may have several rows.</summary>
    public bool IsIndividual => Has(NameWords.Individuals);

    /// <summary>Whether the name is a label's, whose numbers have no order.</summary>
    public bool IsLabel => Has(NameWords.Labels);

    /// <summary>Whether the name is a code's.</summary>
    public bool IsCode => Has(NameWords.Codes) || NameWords.Codes.Contains(string.Concat(_words));

    /// <summary>Whether the name may be a running number's.</summary>
    public bool IsSerial => Has(NameWords.Serials);

    /// <summary>Whether the name is a year's.</summary>
    public bool IsYear => _words.Any(word => word is "year" or "yr" or "jahr") || NameWords.Years.Contains(string.Concat(_words));

    /// <summary>Whether the name is a count's.</summary>
    public bool IsCount => !(_words.Length > 1 && _words[^1] is "num" or "no" or "nr" or "number")
        && _words.Any(word => NameWords.Counts.Contains(word)
            || (word.Length > 3 && word[0] == 'n' && NameWords.Counts.Contains(word[1..])));

    /// <summary>Whether the name is that of something measured or paid.</summary>
    public bool IsMeasure => Has(NameWords.Measures);

    /// <summary>Whether the name is that of an amount of money.</summary>
    public bool IsMoney => Has(NameWords.Money);

    /// <summary>Whether the name is that of something with an order.</summary>
    public bool IsOrder => Has(NameWords.Orders);

    /// <summary>Whether the name has a word.</summary>
    public bool Has(string word) => _words.Contains(word);

    private bool EndsInId => _words.Length > 0
        && (_words[^1] is "id" or "ids" or "uuid" or "guid"
            || (_words[^1].EndsWith("id", StringComparison.Ordinal) && NameWords.IdOwners.Contains(_words[^1][..^2])));

    private bool Has(HashSet<string> words) => _words.Any(words.Contains);

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
