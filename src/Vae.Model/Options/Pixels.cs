namespace Vae.Model;

/// <summary>The treatment of grey pixels before a model sees them. The Bernoulli likelihood describes zeros and ones; on
/// grey pixels it is not a log-likelihood, and its numbers can only be compared with each other.</summary>
public enum Pixels
{
    /// <summary>Pixels stay grey, from 0 to 1.</summary>
    Grey,

    /// <summary>Static binarisation: a pixel becomes 1 from 0.5 on, and 0 below.</summary>
    Threshold,

    /// <summary>Dynamic binarisation: each pixel is drawn anew each epoch, 1 with the pixel's value as the probability, else
    /// 0 (Salakhutdinov and Murray 2008; Burda et al. 2015).</summary>
    Dynamic,
}
