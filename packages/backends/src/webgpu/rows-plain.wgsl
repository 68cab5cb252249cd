// Reads rows as they are.
fn prepareRows(firstRow: u32, thread: u32) {}

fn fromRow(value: vec4f, localRow: u32, column4: u32) -> vec4f {
  return value;
}
