// Sizes of a product or of rows. They are data, not constants, so that models of all sizes share pipelines.
// Those ending in 4 count vectors of four, the last one padded with zeros.
struct Sizes {
  depth: u32,
  depth4: u32,
  columns: u32,
  columns4: u32,
  hidden: u32,
  hidden4: u32,
  momentGroups: u32,
  epsilon: f32,  // of the LayerNorm
}
@group(0) @binding(9) var<uniform> sizes: Sizes;
