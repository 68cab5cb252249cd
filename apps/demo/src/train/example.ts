/** An example table: pairs that are hard for the page's own model, since nearly the same words have a different meaning. */
export const exampleTable = `first,second,label
The shop is open on Sundays.,On Sundays the shop is open.,same
The shop is open on Sundays.,The shop is closed on Sundays.,different
The train leaves at seven.,Departure of the train is at seven.,same
The train leaves at seven.,The train leaves at eight.,different
She likes the new teacher.,The new teacher is someone she likes.,same
She likes the new teacher.,She dislikes the new teacher.,different
Prices went up last month.,Last month prices rose.,same
Prices went up last month.,Prices went down last month.,different
He forgot to lock the door.,The door was left unlocked by him.,same
He forgot to lock the door.,He remembered to lock the door.,different
The soup is too hot to eat.,You cannot eat the soup yet because it is so hot.,same
The soup is too hot to eat.,The soup is too cold to eat.,different
Two people were hurt in the accident.,The accident injured two people.,same
Two people were hurt in the accident.,Ten people were hurt in the accident.,different
The team won its last game.,The last game was a win for the team.,same
The team won its last game.,The team lost its last game.,different
Please switch the light on.,Could you turn on the light?,same
Please switch the light on.,Please switch the light off.,different
The lake is deep near the bridge.,Near the bridge the water of the lake is deep.,same
The lake is deep near the bridge.,The lake is shallow near the bridge.,different
We agree with the proposal.,The proposal has our agreement.,same
We agree with the proposal.,We disagree with the proposal.,different
The road to the village is safe.,It is safe to take the road to the village.,same
The road to the village is safe.,The road to the village is dangerous.,different
The box holds twelve eggs.,There are twelve eggs in the box.,same
The box holds twelve eggs.,The box holds six eggs.,different
My brother is older than me.,I have an older brother.,same
My brother is older than me.,My brother is younger than me.,different
The meeting starts before lunch.,They begin the meeting before they have lunch.,same
The meeting starts before lunch.,The meeting starts after lunch.,different
The bill was paid in full.,All of the bill has been paid.,same
The bill was paid in full.,The bill was never paid.,different
Few visitors came to the museum.,The museum had few visitors.,same
Few visitors came to the museum.,Many visitors came to the museum.,different
The window on the left is broken.,"On the left, the window is broken.",same
The window on the left is broken.,The window on the right is broken.,different
She always answers her letters.,Every letter gets an answer from her.,same
She always answers her letters.,She never answers her letters.,different
The flight takes three hours.,It is a three hour flight.,same
The flight takes three hours.,The flight takes nine hours.,different
The experiment was a success.,The experiment succeeded.,same
The experiment was a success.,The experiment was a failure.,different
The river is wider in spring.,In spring the river gets wider.,same
The river is wider in spring.,The river is narrower in spring.,different
He bought the most expensive watch.,The watch he bought was the most expensive one.,same
He bought the most expensive watch.,He bought the cheapest watch.,different
The library lends books for free.,Borrowing books from the library costs nothing.,same
The library lends books for free.,The library lends books for a fee.,different
`;
