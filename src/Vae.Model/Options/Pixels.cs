namespace Vae.Model;

/// <summary>What becomes of grey pixels before a model sees them. The Bernoulli likelihood is one of zeros and ones; on greys it
/// is no log-likelihood of anything, and its numbers are compared only with each other.</summary>
public enum Pixels
{
    /// <summary>They stay as they are, from 0 to 1.</summary>
    Grey,

    /// <summary>Static binarisation: 1 from 0.5 on, 0 below.</summary>
    Threshold,

    /// <summary>Dynamic binarisation: each is drawn anew each epoch, 1 with the pixel's value as the probability, else 0
    /// (Salakhutdinov and Murray 2008; Burda et al. 2015).</summary>
    Dynamic,
}
