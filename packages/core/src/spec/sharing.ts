/** Which weights ALBERT's layers share with each other (Lan et al. 2019, section 3.1 and table 4). */

/** Which halves of a layer have the same weights in every layer of a group. */
interface SharingSpec {
  readonly attention: boolean;
  readonly feedForward: boolean;
}

/** The paper's four kinds of sharing. */
export const crossLayerSharings = {
  all: { attention: true, feedForward: true },
  ffn: { attention: false, feedForward: true },
  attention: { attention: true, feedForward: false },
  none: { attention: false, feedForward: false },
} as const satisfies Record<string, SharingSpec>;

/** Which weights the layers share. Not a Hugging Face field: absent means `all`. */
export type CrossLayerSharing = keyof typeof crossLayerSharings;
