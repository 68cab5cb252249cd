export function closingTable(file: string): string;
export function leftOut(): string[];
