namespace Vae.Math;

/// <summary>A small number that the JIT knows, so that comparisons with it fold away.</summary>
internal interface ISimdCount
{
    static abstract int Value { get; }
}

/// <summary>Zero.</summary>
internal readonly struct Zero : ISimdCount
{
    public static int Value => 0;
}

/// <summary>One.</summary>
internal readonly struct One : ISimdCount
{
    public static int Value => 1;
}

/// <summary>Two.</summary>
internal readonly struct Two : ISimdCount
{
    public static int Value => 2;
}

/// <summary>Three.</summary>
internal readonly struct Three : ISimdCount
{
    public static int Value => 3;
}

/// <summary>Four.</summary>
internal readonly struct Four : ISimdCount
{
    public static int Value => 4;
}

/// <summary>Five.</summary>
internal readonly struct Five : ISimdCount
{
    public static int Value => 5;
}

/// <summary>Six.</summary>
internal readonly struct Six : ISimdCount
{
    public static int Value => 6;
}

/// <summary>Seven.</summary>
internal readonly struct Seven : ISimdCount
{
    public static int Value => 7;
}

/// <summary>Eight.</summary>
internal readonly struct Eight : ISimdCount
{
    public static int Value => 8;
}
