"""Anyone's labelled data: folders of pictures, arrays and tables. What cannot be read is told."""
