// Starts the page.
import { mount } from 'svelte';
import Page from './Page.svelte';
import './style.css';

mount(Page, { target: document.querySelector('#page')! });
