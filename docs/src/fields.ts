/** Generates the page that lists every field of a model's JSON files, from the tables that the files are checked against. */
import type { FieldTable } from '@albert-web/errors';
import {
  denseFields,
  encoderFields,
  layerNormFields,
  normalizeFields,
  poolingFields,
  transformerFields,
} from '@albert-web/checkpoints';
import { configFields } from '@albert-web/core/spec';
import { specialTokensMapFields, tokenizerConfigFields } from '@albert-web/tokenizer';
import { format, resolveConfig } from 'prettier';

const files: Readonly<Record<string, FieldTable>> = {
  'config.json': configFields,
  'tokenizer_config.json': tokenizerConfigFields,
  'special_tokens_map.json': specialTokensMapFields,
  'sentence_bert_config.json': transformerFields,
  'config_sentence_transformers.json': encoderFields,
  '1_Pooling/config.json': poolingFields,
  '2_Dense/config.json': denseFields,
  '2_LayerNorm/config.json': layerNormFields,
  '3_Normalize/config.json': normalizeFields,
};

const introduction = `# Fields of a model's files

How every field of the JSON files in a model's folder is treated. A field is *read*; it is *ignored*, because it changes nothing here;
or it is *refused* unless it has one of the values given, because other values would change the results. A field that is in no table is
reported by an \`UnknownFieldWarning\`.

\`generation_config.json\`, \`preprocessor_config.json\`, \`trainer_state.json\`, \`training_args.bin\`, \`README.md\` and other files that
no table names are not read: none of them changes what an ALBERT computes.
`;

/** Returns the page in Markdown. @param path path of the page, to find its prettier settings */
export async function fieldsPage(path: string): Promise<string> {
  const sections = Object.entries(files).map(([file, table]) => `## \`${file}\`\n\n${tableOf(table)}`);
  return format([introduction, ...sections].join('\n'), { ...(await resolveConfig(path)), filepath: path });
}

function tableOf(table: FieldTable): string {
  const rows = Object.entries(table).map(([name, field]) => {
    const harmless = field.use === 'refused' ? field.harmless.map((value) => `\`${JSON.stringify(value)}\``) : [];
    const use = harmless.length > 0 ? `refused unless ${harmless.join(', ')}` : field.use;
    return `| \`${name}\` | ${use} | ${field.why} |`;
  });
  return ['| field | | |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
