/** The id of the element that shows the open delivery: Enter gives it the focus. */
export const detailId = 'delivery-detail';
