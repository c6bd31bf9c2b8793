namespace Vae.Model;

/// <summary>The kind of a table's column, which decides how it is coded and, where it is modelled, its likelihood.</summary>
public enum ColumnKind
{
    /// <summary>Numbers of any size and sign, such as temperatures.</summary>
    Real,

    /// <summary>Numbers of 0 or above whose distribution is skewed, such as prices.</summary>
    Positive,

    /// <summary>Whole numbers of 0 or above that count something, such as visits.</summary>
    Count,

    /// <summary>Two values, such as yes and no.</summary>
    Flag,

    /// <summary>One of several levels without an order, such as colours.</summary>
    Category,

    /// <summary>One of several levels with an order, such as grades.</summary>
    Ordinal,

    /// <summary>Days or moments.</summary>
    Date,

    /// <summary>A name or number of the row itself. It is not modelled, and is passed through to results.</summary>
    Id,

    /// <summary>A column that is neither modelled nor passed through. A new table may lack it.</summary>
    Ignore,
}
