namespace Vae.Math;

/// <summary>The kind of mistake that a wrong gradient shows. Where several kinds explain every wrong entry, the first in the
/// order of docs/gradient-check.md, which has an example of each.</summary>
public enum GradientPattern
{
    /// <summary>No other pattern explains every entry.</summary>
    None,

    /// <summary>The gradient holds NaN or infinity.</summary>
    NotFinite,

    /// <summary>The loss is NaN or infinite at the checked values or next to them.</summary>
    LossNotFinite,

    /// <summary>The loss has a corner at the checked values: its slopes from the left and from the right differ. The point
    /// is bad, not the gradient.</summary>
    Corner,

    /// <summary>Each run of the backward pass adds the right gradient to the existing one,
    /// instead of overwriting it.</summary>
    Accumulates,

    /// <summary>The backward pass does not write the gradient.</summary>
    NotWritten,

    /// <summary>The gradient is 0 everywhere.</summary>
    Zero,

    /// <summary>The gradient is -1 times the expected one.</summary>
    SignFlipped,

    /// <summary>The gradient is the expected one times a constant, <see cref="GradientDiagnosis.Factor"/>.</summary>
    Factor,

    /// <summary>The gradient is the transpose of the expected one, or its numbers are in the
    /// other order of memory.</summary>
    Transposed,

    /// <summary>One entry is wrong and all others are right.</summary>
    OneEntry,

    /// <summary>Some rows are wrong throughout, all others are right.</summary>
    SomeRows,

    /// <summary>Some columns are wrong throughout, all others are right.</summary>
    SomeColumns,

    /// <summary>The gradient is the expected one plus a constant.</summary>
    Offset,

    /// <summary>The gradient is the expected one plus a multiple of the parameter's own value.</summary>
    ValueTerm,

    /// <summary>The gradient is the expected one plus a multiple of <c>exp(value) - 1</c>.</summary>
    LogVarianceTerm,

    /// <summary>A second run of the backward pass gives another gradient than the first.</summary>
    NotRepeatable,
}
