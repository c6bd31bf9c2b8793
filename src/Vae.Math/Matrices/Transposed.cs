namespace Vae.Math;

/// <summary>The factors of a product that are read transposed, without a copy.</summary>
[Flags]
public enum Transposed
{
    /// <summary><c>C = A B</c>: a layer's forward pass, <c>Y = W X</c>.</summary>
    Neither = 0,

    /// <summary><c>C = A^T B</c>: the gradient of a layer's input, <c>dX = W^T dY</c>.</summary>
    Left = 1,

    /// <summary><c>C = A B^T</c>: the gradient of a layer's weight, <c>dW = dY X^T</c>.</summary>
    Right = 2,

    /// <summary><c>C = A^T B^T</c>.</summary>
    Both = Left | Right,
}
