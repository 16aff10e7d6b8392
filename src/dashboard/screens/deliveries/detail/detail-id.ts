/** The id of the element that contains the delivery detail, which Enter focuses. */
export const detailId = 'delivery-detail';
