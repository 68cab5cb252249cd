export function summaryTable(file: string): string;
export function missingEngines(): string[];
